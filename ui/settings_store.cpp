#include "ui/settings_store.h"

#include <QSettings>

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{

namespace
{

constexpr int soonMs = 1'000;

} // namespace

SettingsStore::SettingsStore(QString file, QObject* parent) : QObject(parent), m_file(std::move(file))
{
    m_writer.setMaxThreadCount(1);
    m_soon.setSingleShot(true);
    m_soon.setInterval(soonMs);
    connect(&m_soon, &QTimer::timeout, this, &SettingsStore::write);
    if (m_file.isEmpty())
        return;
    const QSettings settings(m_file, QSettings::IniFormat);
    for (const QString& key : settings.allKeys())
        m_values[key] = settings.value(key);
}

SettingsStore::~SettingsStore()
{
    flush();
}

QVariant SettingsStore::value(const QString& key, const QVariant& otherwise) const
{
    const auto found = m_values.find(key);
    return found == m_values.end() ? otherwise : found->second;
}

QStringList SettingsStore::names(const QString& group) const
{
    const QString prefix = group + u'/';
    QStringList result;
    for (auto it = m_values.lower_bound(prefix); it != m_values.end() && it->first.startsWith(prefix); ++it)
        result << it->first.mid(prefix.size());
    return result;
}

void SettingsStore::setValue(const QString& key, const QVariant& value)
{
    if (contains(key) && m_values[key] == value)
        return;
    m_values[key] = value;
    change(key, value);
}

void SettingsStore::remove(const QString& key)
{
    if (m_values.erase(key) > 0)
        change(key, {});
}

void SettingsStore::change(const QString& key, const QVariant& value)
{
    if (m_file.isEmpty())
        return;
    m_changes[key] = value;
    if (!m_soon.isActive())
        m_soon.start();
}

void SettingsStore::write()
{
    m_soon.stop();
    if (m_changes.empty())
        return;
    m_writer.start([file = m_file, changes = std::exchange(m_changes, {})] {
        QSettings settings(file, QSettings::IniFormat);
        for (const auto& [key, value] : changes) {
            if (value.isValid())
                settings.setValue(key, value);
            else
                settings.remove(key);
        }
        settings.sync(); // by QSaveFile: synced, then renamed over the old one
        if (settings.status() != QSettings::NoError)
            qWarning("The settings can't be kept in %s.", qPrintable(file));
    });
}

void SettingsStore::flush()
{
    write();
    m_writer.waitForDone();
}

} // namespace mutoscope::ui
