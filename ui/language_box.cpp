#include "ui/language_box.h"

#include <algorithm>

#include "ui/settings_store.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{

const QString LanguageBox::name = u"general/language"_s;

LanguageBox::LanguageBox(SettingsStore& settings)
{
    setObjectName(u"language"_s);
    setAccessibleName(tr("Language"));
    addItem(tr("As the desktop"), QString());
    addItem(u"English"_s, u"en"_s);
    addItem(u"Русский"_s, u"ru"_s);
    setCurrentIndex(std::max(0, findData(settings.value(name).toString())));
    connect(this, &QComboBox::activated, this, [this, &settings] {
        settings.setValue(name, currentData().toString());
        Q_EMIT chosen(currentData().toString());
    });
}

} // namespace mutoscope::ui
