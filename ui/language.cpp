#include "ui/language.h"

#include <array>

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QSettings>
#include <QTranslator>

#include "ui/language_box.h"

using namespace Qt::StringLiterals;

static void initTranslations()
{
    Q_INIT_RESOURCE(translations); // must be called outside of namespaces
}

namespace mutoscope::ui
{

bool isTranslated(const QString& code)
{
    return code == u"en"_s || code == u"ru"_s;
}

void applyLanguage(const QString& code)
{
    initTranslations();
    static std::array<QTranslator, 2> translators; // ours and Qt's own, for its dialogs
    for (QTranslator& each : translators)
        QCoreApplication::removeTranslator(&each);
    const QLocale desktop = QLocale::system();
    const QString desktops = QLocale::languageToCode(desktop.language());
    const QString used = isTranslated(code) ? code : isTranslated(desktops) ? desktops : u"en"_s;
    // The desktop's own way to write numbers, as long as its language is the one that is spoken.
    QLocale::setDefault(used == desktops || !isTranslated(code) ? desktop : QLocale(used));
    if (translators[0].load(u":/mutoscope/translations/mutoscope_%1.qm"_s.arg(used)))
        QCoreApplication::installTranslator(&translators[0]);
    if (translators[1].load(u"qtbase_%1"_s.arg(used), QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QCoreApplication::installTranslator(&translators[1]);
}

QString languageIn(const QString& settingsFile)
{
    return settingsFile.isEmpty() ? QString() : QSettings(settingsFile, QSettings::IniFormat).value(LanguageBox::name).toString();
}

} // namespace mutoscope::ui
