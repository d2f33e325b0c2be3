#include "ui/sentences.h"

#include <algorithm>
#include <optional>

#include <QCoreApplication>
#include <QStringList>

#include "ui/sentences_known.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

constexpr int deepest = 6; ///< causes within causes
constexpr auto context = "mutoscope::ui::Sentences";

/// "%1 can't be read: %2" as what stands between its places.
struct Form {
    const char* source = nullptr;
    QStringList parts;
    qsizetype letters = 0; ///< of the parts
};

/// Those that say most first: "the wallet is locked: %1" also fits a form that is all places but for a colon.
const std::vector<Form>& forms()
{
    static const std::vector<Form> all = [] {
        std::vector<Form> made;
        for (const char* source : knownSentences()) {
            Form form{source, {QString()}, 0};
            const QString text = QString::fromUtf8(source);
            for (qsizetype i = 0; i < text.size(); ++i) {
                if (text[i] == u'%' && i + 1 < text.size() && text[i + 1].isDigit()) {
                    form.parts << QString();
                    ++i;
                } else {
                    form.parts.last() += text[i];
                    ++form.letters;
                }
            }
            made.push_back(std::move(form));
        }
        std::ranges::stable_sort(made, std::greater(), &Form::letters);
        return made;
    }();
    return all;
}

/// The values at the form's places; none where it does not fit. A place that is not the last ends as soon as it can.
std::optional<QStringList> valuesIn(const QString& sentence, const Form& form)
{
    if (form.parts.size() == 1)
        return sentence == form.parts.first() ? std::optional(QStringList()) : std::nullopt;
    const QString& first = form.parts.first();
    const QString& last = form.parts.last();
    if (!sentence.startsWith(first) || !sentence.endsWith(last))
        return std::nullopt;
    QStringList values;
    qsizetype at = first.size();
    for (qsizetype i = 1; i + 1 < form.parts.size(); ++i) {
        const qsizetype end = sentence.indexOf(form.parts[i], at);
        if (end < 0)
            return std::nullopt;
        values << sentence.mid(at, end - at);
        at = end + form.parts[i].size();
    }
    const qsizetype left = sentence.size() - last.size() - at;
    if (left <= 0)
        return std::nullopt;
    values << sentence.mid(at, left);
    return values.contains(QString()) ? std::nullopt : std::optional(values);
}

QString translated(const QString& sentence, int depth)
{
    if (depth > deepest || sentence.isEmpty())
        return sentence;
    for (const Form& form : forms()) {
        const auto values = valuesIn(sentence, form);
        if (!values)
            continue;
        QString text = QCoreApplication::translate(context, form.source);
        // All at once: a value may have a "%1" of its own.
        QString filled;
        for (qsizetype i = 0; i < text.size(); ++i) {
            const int place = text[i] == u'%' && i + 1 < text.size() ? text[i + 1].digitValue() : -1;
            if (place < 1 || place > values->size()) {
                filled += text[i];
                continue;
            }
            filled += translated(values->at(place - 1), depth + 1);
            ++i;
        }
        return filled;
    }
    return sentence;
}

} // namespace

QString inLanguage(const QString& sentence)
{
    return translated(sentence, 0);
}

bool isKnownSentence(const QString& sentence)
{
    return std::ranges::any_of(forms(), [&](const Form& form) { return valuesIn(sentence, form).has_value(); });
}

} // namespace mutoscope::ui
