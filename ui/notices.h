#pragma once

#include <optional>

#include "p2p/node/node.h"

namespace mutoscope::ui
{

class SettingsStore;

/// What is worth telling somebody who looks elsewhere: that a film was published, that seeding has earned something, that the program
/// goes on in the tray. Only says it; the desktop shows it (see app/desktop/notifier.h). UI thread.
class Notices : public QObject
{
    Q_OBJECT

public:
    Notices(node::Node& node, SettingsStore& settings, QObject* parent);

    static const QString name; ///< in the SettingsStore: whether they are wished; the one about the tray always is

    /// The window has gone to the tray: told the first time only.
    void wentToTray();

Q_SIGNALS:
    void notice(const QString& title, const QString& sentence);

private:
    [[nodiscard]] bool isWished() const;
    void look();

    node::Node& m_node;
    SettingsStore& m_settings;
    std::optional<base::Tokens> m_income; ///< as it was said last
};

} // namespace mutoscope::ui
