#pragma once

#include <QComboBox>

namespace mutoscope::ui
{

class SettingsStore;

/// The program's language: each by its own name, for those who can't read the other. Kept in the SettingsStore.
class LanguageBox : public QComboBox
{
    Q_OBJECT

public:
    static const QString name; ///< in the SettingsStore: "en", "ru"; empty: the desktop's

    explicit LanguageBox(SettingsStore& settings);

Q_SIGNALS:
    void chosen(const QString& language);
};

} // namespace mutoscope::ui
