#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include <QMainWindow>
#include <QPointer>
#include <QTimer>

#include "p2p/base/clock.h"
#include "p2p/node/node.h"
#include "ui/auto_lock.h"
#include "ui/buffering.h"
#include "ui/film_packager.h"
#include "ui/first_run.h"
#include "ui/key_map.h"
#include "ui/playback.h"
#include "ui/series.h"
#include "ui/settings_store.h"
#include "ui/theme.h"
#include "ui/viewing_memory.h"

class QLabel;
class QShortcut;
class QStackedWidget;

namespace mutoscope::player
{
class Player;
class VideoOutput;
} // namespace mutoscope::player

namespace mutoscope::ui
{

class HomePage;
class KeyBanner;
class LibraryPage;
class Notices;
class PlayerPage;
class Rail;
class RemoteControl;
class SeedingPage;
class SettingsPage;
class StatusLine;
class TopBar;
class Tray;
class WalletPage;
class WindowRemote;

/// The window: pages behind a rail, a link field and the balance above, the node's state below. It shows the node's
/// snapshot, hands the film's address to the player, and ends both in order when it is closed.
///
/// `node` and the player must outlive it. Closing hides it at once and ends the player and the node; then ended() is
/// emitted and the application quits, at the latest after Options::quitDeadline.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    enum class Page { Home, Library, Player, Seeding, Wallet, Settings };

    struct Options {
        node::PlayOptions play;                             ///< for each film that is opened here
        std::chrono::milliseconds quitDeadline{3'000};      ///< for the node's stop()
        std::chrono::milliseconds hideControlsAfter{3'000}; ///< without the mouse, while a film plays
        std::chrono::milliseconds second{1'000};            ///< of the time before the next film of a list
        bool askWhereToStart = true;                        ///< a film that was left in its middle
        bool firstRun = false; ///< offered once, where there is no wallet or no tracker yet
        Trial* trial = nullptr; ///< for the first run; must outlive the window
        Page firstPage = Page::Home;
        Scheme scheme = Scheme::System;
        QString settingsFile; ///< what the person has chosen, an INI file; empty: nothing is kept
        QString workFolder; ///< where films are packaged before they are published; empty: the user's cache folder
    };

    MainWindow(node::Node& node, player::Player& player, std::unique_ptr<player::VideoOutput> output, Options options,
               QWidget* parent = nullptr);
    /// The same with puppets.
    MainWindow(node::Node& node, std::unique_ptr<Playback> playback, std::unique_ptr<QWidget> film,
               FilmPackagerFactory packager, Options options, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// As if it had been pasted: what was watched is finished, the player page comes to the front.
    void openLink(const QString& link);
    /// One after the other; nothing where there is none.
    void openLinks(std::vector<FilmLink> links);
    void showPage(Page page);
    [[nodiscard]] Page page() const;
    void setFullScreen(bool on);
    void bringToFront();
    /// Ends the program, also where the window would only go to the tray.
    void quit();
    [[nodiscard]] RemoteControl& remote();

Q_SIGNALS:
    /// For the desktop to show.
    void notice(const QString& title, const QString& sentence);
    /// After the window was closed: the node has stopped, or its time was up.
    void ended();

protected:
    void showEvent(QShowEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    void changeEvent(QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void loadChoices();
    void build(std::unique_ptr<QWidget> film);
    void rebuild();
    void applyTray();
    void addFixedKeys();
    void addKeys();
    void act(Action action);
    void applyTheme();
    void refresh();
    void refreshPage();
    void refreshKeys();
    void makePage(Page page);
    void startFirstRun(FirstRun::Step step);
    void connectSettings();
    void showKeys();
    void open(const QString& link);
    void share(const QString& title, const QString& link);
    void chooseReadAhead(std::chrono::seconds readAhead);
    void chooseApproval(base::Tokens upTo);
    void chooseDailyCap(base::Tokens cap);
    void chooseLanguage(const QString& language);
    void feedPlayer();
    [[nodiscard]] std::optional<std::chrono::milliseconds> startOf(const node::Viewing& viewing);
    void updateKeys();
    void showFullScreenParts();
    void end();

    node::Node& m_node;
    std::unique_ptr<Playback> m_playback;
    FilmPackagerFactory m_packager;
    Options m_options;

    QWidget* m_shell = nullptr;
    TopBar* m_topBar = nullptr;
    KeyBanner* m_keyBanner = nullptr;
    Rail* m_rail = nullptr;
    QStackedWidget* m_pages = nullptr;
    HomePage* m_homePage = nullptr;
    LibraryPage* m_libraryPage = nullptr;
    PlayerPage* m_playerPage = nullptr;
    WindowRemote* m_remote = nullptr;
    SeedingPage* m_seedingPage = nullptr;
    WalletPage* m_walletPage = nullptr;
    SettingsPage* m_settingsPage = nullptr;
    QPointer<FirstRun> m_firstRun;
    Tray* m_tray = nullptr;
    Notices* m_notices = nullptr;
    StatusLine* m_statusLine = nullptr;
    SettingsStore m_settings;
    KeyMap m_keyMap;
    Series m_series;
    std::vector<QShortcut*> m_tenthKeys;
    std::vector<QShortcut*> m_keys;     ///< all that m_keyMap names
    std::vector<QShortcut*> m_filmKeys; ///< of those: only on the player page, and not while text is being typed

    base::SystemClock m_clock;
    AutoLock m_autoLock;
    ViewingMemory m_memory;
    Buffering m_buffering;
    std::optional<std::chrono::milliseconds> m_start; ///< that was chosen for the film that is opened
    QString m_link; ///< of the film that was opened last
    QUrl m_opened;  ///< the gateway that the player was given
    base::ContentId m_openedContent;
    bool m_awaitsFilm = false;               ///< open() was called, and the snapshot does not show it yet
    node::Stage m_stage = node::Stage::Idle; ///< of the last snapshot
    QTimer m_deadline;
    bool m_dark = false;
    bool m_offeredWallet = false; ///< the first time that there is none
    bool m_quitting = false;
    bool m_ended = false;
    bool m_wasMaximised = false;
};

} // namespace mutoscope::ui
