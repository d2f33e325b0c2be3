#pragma once

#include <memory>

#include <QApplication>
#include <QTableView>
#include <QTest>

#include "app/demo/private_network.h"
#include "p2p/node/local_node.h"
#include "player/player.h"
#include "ui/main_window.h"

namespace mutoscope::tests
{

constexpr int patience = 40'000; ///< a bound on hanging, not a measure

/// Before there is an application: nothing of the person's own desktop takes part, and nothing leaves this machine.
void prepareDesks();

/// The desktop program in the test's process, put together as app/desktop/main.cpp does it: a real node, a real player, the real
/// window. Whatever is done to it goes through the pointer and the keys, to where a person sees the thing; what a modal dialog or
/// another widget covers can't be clicked. Each of these waits until it can be done and says whether it could.
class Desk
{
public:
    /// A computer with this data folder, which may be empty.
    explicit Desk(QString dataFolder) : m_dataFolder(std::move(dataFolder)) {}
    /// Closes the window, as a person does.
    ~Desk();
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;

    /// What the program is started with, in its own process too.
    [[nodiscard]] QStringList arguments() const;
    /// The first start is in the first run then, behind its page where `trackerLink` is typed; each other one knows the tracker.
    [[nodiscard]] bool start(const QString& trackerLink = {});

    /// Goes through the rest of the first run.
    [[nodiscard]] bool makeWallet(const QString& passphrase);
    /// Reads the words from the screen, and types them again, wrong ones first. Gives what was read; empty where it did not go so.
    [[nodiscard]] QString writeDownWords(const QString& passphrase);
    /// As makeWallet().
    [[nodiscard]] bool restoreWallet(const QString& words, const QString& passphrase);

    [[nodiscard]] bool turnTo(ui::MainWindow::Page page);
    [[nodiscard]] bool drop(const QString& file);
    /// The tracker is asked when the wallet is turned to.
    [[nodiscard]] bool lookIntoWallet();

    /// By its object name or by what stands on it. The one that is seen, or nothing after a while.
    [[nodiscard]] QWidget* find(const QString& name) const;
    [[nodiscard]] bool click(const QString& name);
    [[nodiscard]] bool type(const QString& field, const QString& text);
    [[nodiscard]] bool vanishes(const QString& name) const;
    [[nodiscard]] bool says(const QString& name, const QString& text) const;
    [[nodiscard]] QString text(const QString& name) const;
    /// What a button has put into the clipboard.
    [[nodiscard]] QString copied(const QString& button);

    /// Cells as they are shown, row by row; of a table that is seen.
    [[nodiscard]] QList<QStringList> rows(const QString& table) const;
    [[nodiscard]] bool clickRow(const QString& table, int row);

private:
    [[nodiscard]] bool press(QWidget* widget, const QPoint& at);
    [[nodiscard]] bool typeWords(const QString& words);
    [[nodiscard]] bool endFirstRun();

    QString m_dataFolder;
    std::unique_ptr<player::Player> m_player;
    std::unique_ptr<node::LocalNode> m_node;
    std::unique_ptr<ui::MainWindow> m_window;
};

/// Amounts as the window writes them.
[[nodiscard]] QString inTokens(qint64 microtokens);
/// What all accounts of a kind have, by the tracker's books; -1 where those are not right.
[[nodiscard]] qint64 sumOf(app::PrivateNetwork& network, const QString& kind);
/// Of one account.
[[nodiscard]] qint64 balanceOf(app::PrivateNetwork& network, const QString& address);
/// A moving picture with a tone.
[[nodiscard]] bool makeFilm(const QString& file, int seconds);

} // namespace mutoscope::tests
