#include "p2p/ledger/search_words.h"

#include <algorithm>

#include <QString>

namespace mutoscope::ledger
{

namespace
{

constexpr qsizetype longestWord = 40;

} // namespace

std::vector<std::string> searchWords(std::string_view text, std::size_t most)
{
    const QString plain = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())).toCaseFolded().normalized(QString::NormalizationForm_KD).toCaseFolded();
    std::vector<std::string> words;
    QString word;
    const auto finish = [&] {
        std::string done = word.left(longestWord).toStdString();
        word.clear();
        if (!done.empty() && words.size() < most && std::ranges::find(words, done) == words.end())
            words.push_back(std::move(done));
    };
    for (const char32_t letter : plain.toUcs4()) {
        if (QChar::isLetterOrNumber(letter))
            word += QString::fromUcs4(&letter, 1);
        else if (!QChar::isMark(letter))
            finish();
    }
    finish();
    return words;
}

} // namespace mutoscope::ledger
