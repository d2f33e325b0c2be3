#include "ui/languages.h"

#include <QLocale>
#include <QStringList>

#include "ui/words.h"

namespace mutoscope::ui
{

namespace
{

constexpr qsizetype longestName = 60;

QLocale::Language languageOf(const QString& tag)
{
    QString code = tag;
    code.replace(u'_', u'-');
    return QLocale::codeToLanguage(code.section(u'-', 0, 0).toLower());
}

/// Of "pt-BR" or "zh-Hant-TW"; none where there is none.
QLocale::Territory territoryOf(const QString& tag)
{
    QString code = tag;
    code.replace(u'_', u'-');
    for (const QString& part : code.split(u'-').mid(1)) {
        if (part.size() == 2)
            return QLocale::codeToTerritory(part.toUpper());
    }
    return QLocale::AnyTerritory;
}

bool isKnown(QLocale::Language language)
{
    return language != QLocale::AnyLanguage && language != QLocale::C;
}

} // namespace

QString languageName(const QString& tag)
{
    const auto language = languageOf(tag);
    if (!isKnown(language))
        return {};
    const auto territory = territoryOf(tag);
    const QLocale locale(language, territory);
    QString name = locale.language() == language ? locale.nativeLanguageName() : QString();
    // Without a country QLocale takes the largest one, and names these two after it.
    if (territory == QLocale::AnyTerritory && language == QLocale::Spanish)
        name = QStringLiteral("español");
    if (name.isEmpty() || (territory == QLocale::AnyTerritory && language == QLocale::English))
        name = QLocale::languageToString(language);
    // "British English" says it already.
    if (territory != QLocale::AnyTerritory && locale.territory() == territory && name == QLocale(language).nativeLanguageName())
        name += QStringLiteral(" (%1)").arg(locale.nativeTerritoryName());
    name[0] = name[0].toUpper();
    return name;
}

bool isSameLanguage(const QString& a, const QString& b)
{
    return isKnown(languageOf(a)) && languageOf(a) == languageOf(b);
}

QString trackTitle(const QString& language, const QString& name, int number)
{
    const QString known = languageName(language);
    const QString given = name.simplified().left(longestName);
    const bool isCode = given.size() <= 3 && isSameLanguage(given, language);
    const bool saysMore = !given.isEmpty() && !isCode && given.compare(language, Qt::CaseInsensitive) != 0 &&
                          given.compare(known, Qt::CaseInsensitive) != 0 &&
                          given.compare(QLocale::languageToString(languageOf(language)), Qt::CaseInsensitive) != 0;
    if (known.isEmpty() && given.isEmpty())
        return Words::tr("Track %1").arg(number);
    if (known.isEmpty())
        return given;
    return saysMore ? QStringLiteral("%1 · %2").arg(known, given) : known;
}

} // namespace mutoscope::ui
