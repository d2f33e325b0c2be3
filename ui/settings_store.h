#pragma once

#include <map>

#include <QObject>
#include <QString>
#include <QStringList>
#include <QThreadPool>
#include <QTimer>
#include <QVariant>

namespace mutoscope::ui
{

/// What the person has chosen and what the player remembers: one INI file, keys as "group/name". It is read once; a change is
/// seen at once and written a moment later, together with others, by a thread of the store's own, so that nobody waits for the
/// disk. The file is replaced as a whole: after a crash there is the old one or the new one. A file that can't be read counts as
/// empty; one that can't be written is named in the log. UI thread.
class SettingsStore : public QObject
{
    Q_OBJECT

public:
    /// Without a file nothing outlives this object.
    explicit SettingsStore(QString file = {}, QObject* parent = nullptr);
    ~SettingsStore() override; ///< after flush()

    [[nodiscard]] const QString& file() const { return m_file; }
    [[nodiscard]] bool contains(const QString& key) const { return m_values.contains(key); }
    [[nodiscard]] QVariant value(const QString& key, const QVariant& otherwise = {}) const;
    /// The names in a group.
    [[nodiscard]] QStringList names(const QString& group) const;
    void setValue(const QString& key, const QVariant& value);
    void remove(const QString& key);
    /// Writes what is not written yet and waits until it is on the disk.
    void flush();

private:
    void change(const QString& key, const QVariant& value);
    void write();

    QString m_file;
    std::map<QString, QVariant> m_values;
    std::map<QString, QVariant> m_changes; ///< not handed to the writer yet; an invalid value is a key that goes
    QTimer m_soon;
    QThreadPool m_writer; ///< one thread
};

} // namespace mutoscope::ui
