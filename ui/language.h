#pragma once

#include <QString>

namespace mutoscope::ui
{

class SettingsStore;

/// The languages of the program, by their ISO 639-1 codes.
[[nodiscard]] bool isTranslated(const QString& code);

/// Texts, numbers and dates of the application from now on; windows that exist get a LanguageChange. Empty: as the desktop, where the
/// program knows its language, else English. UI thread.
void applyLanguage(const QString& code);

/// What was chosen in this file of settings; empty where nothing was.
[[nodiscard]] QString languageIn(const QString& settingsFile);

} // namespace mutoscope::ui
