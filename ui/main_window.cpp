#include "ui/main_window.h"

#include <algorithm>
#include <array>
#include <utility>

#include <QApplication>
#include <QCloseEvent>
#include <QHBoxLayout>
#include <QDropEvent>
#include <QMimeData>
#include <QShortcut>
#include <QStackedWidget>
#include <QStandardPaths>

#include "ui/drops.h"
#include "ui/format.h"
#include "ui/home_page.h"
#include "ui/key_banner.h"
#include "ui/language.h"
#include "ui/library_page.h"
#include "ui/notices.h"
#include "ui/player_page.h"
#include "ui/rail.h"
#include "ui/seeding_page.h"
#include "ui/settings_page.h"
#include "ui/spending_form.h"
#include "ui/share_dialog.h"
#include "ui/sources_menu.h"
#include "ui/stage_overlay.h"
#include "ui/status_line.h"
#include "ui/subtitles.h"
#include "ui/top_bar.h"
#include "ui/track_memory.h"
#include "ui/track_menus.h"
#include "ui/tray.h"
#include "ui/wallet_page.h"
#include "ui/window_remote.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace mutoscope::ui
{
namespace
{

using node::Stage;
using player::State;

constexpr QSize firstSize{1120, 720};
constexpr QSize leastSize{640, 400};

/// The player may have the film's address: it has been paid for, or it is about to be, or some of it is on disk. Not
/// before approval, or what is on disk would begin to play under the question.
bool mayPlay(const node::Viewing& viewing)
{
    switch (viewing.stage) {
    case Stage::Idle:
    case Stage::FindingSeeder:
    case Stage::Approval:
        return false;
    case Stage::OpeningContract:
    case Stage::FirstSegment:
    case Stage::Playing:
        return true;
    case Stage::Finished:
    case Stage::Failed:
        return viewing.segmentsHere > 0;
    }
    return false;
}

} // namespace

MainWindow::MainWindow(node::Node& node, std::unique_ptr<Playback> playback, std::unique_ptr<QWidget> film,
                       FilmPackagerFactory packager, Options options, QWidget* parent)
    : QMainWindow(parent), m_node(node), m_playback(std::move(playback)), m_packager(std::move(packager)), m_options(std::move(options)),
      m_settings(m_options.settingsFile), m_keyMap(m_settings), m_series(m_options.second),
      m_autoLock(m_node, m_clock), m_memory(m_settings, m_clock, *m_playback), m_buffering(m_node, *m_playback, m_clock)
{
    prepareApplication();
    setWindowTitle(tr("Mutoscope"));
    setWindowIcon(applicationIcon());
    setMinimumSize(leastSize);
    setAcceptDrops(true);
    resize(firstSize);
    if (m_options.workFolder.isEmpty())
        m_options.workFolder = QStandardPaths::writableLocation(QStandardPaths::CacheLocation) + u"/packaging"_s;

    loadChoices();
    build(std::move(film));
    m_remote = new WindowRemote(*this, *m_playback, m_node, m_series);
    m_remote->follow(*m_playerPage);
    m_tray = new Tray(m_node, this);
    m_notices = new Notices(m_node, m_settings, this);
    connect(m_notices, &Notices::notice, this, &MainWindow::notice);
    connect(m_tray, &Tray::windowWanted, this, &MainWindow::bringToFront);
    connect(m_tray, &Tray::quitWanted, this, &MainWindow::quit);
    applyTray();
    connect(&m_series, &Series::wanted, this, &MainWindow::open);
    applyTheme();
    addFixedKeys();
    addKeys();
    connect(&m_keyMap, &KeyMap::changed, this, &MainWindow::addKeys);

    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, &MainWindow::end);
    connect(&m_node, &node::Node::stopped, this, [this] {
        if (m_quitting)
            end();
    });
    connect(&m_node, &node::Node::changed, this, &MainWindow::refresh);
    connect(m_playback.get(), &Playback::stateChanged, this, [this] {
        if (m_playback->state() == State::Ended && isActive(m_node.snapshot().viewing.stage))
            m_node.finish(tr("watched to the end"));
        if (m_playback->state() == State::Ended)
            m_series.ended();
        else
            m_series.stay(); // it is watched again, or stopped
    });
    connect(qApp, &QApplication::focusChanged, this, &MainWindow::updateKeys);
    showPage(m_options.firstPage);
    refresh();
}

MainWindow::~MainWindow()
{
    disconnect(qApp, nullptr, this, nullptr); // the focus moves while the pages go
    disconnect(&m_node, nullptr, this, nullptr);
    disconnect(m_playback.get(), nullptr, this, nullptr);
    delete std::exchange(m_remote, nullptr);
    // The pages use the playback.
    delete takeCentralWidget();
}

/// What was chosen before, where the options don't say otherwise.
void MainWindow::loadChoices()
{
    m_autoLock.setAfter(std::chrono::minutes(std::clamp(m_settings.value(SettingsPage::Names::lockAfter, 0).toInt(), 0, 24 * 60)));
    hideAmounts(m_settings.value(WalletPage::Names::hideAmounts, false).toBool());
    m_options.scheme = m_options.scheme == Scheme::System ? static_cast<Scheme>(std::clamp(m_settings.value(SettingsPage::Names::scheme, 0).toInt(), 0, 2))
                                                          : m_options.scheme;
    if (m_options.play.approveUpTo.value() == 0)
        m_options.play.approveUpTo = base::Tokens(std::max<std::int64_t>(0, m_settings.value(SpendingForm::Names::approveUpTo, 0).toLongLong()));
    if (const auto kept = m_settings.value(SpendingForm::Names::dailyCap, 0).toLongLong(); kept > 0 && !m_options.play.dailyCap)
        m_options.play.dailyCap = base::Tokens(kept);
    if (const auto kept = m_settings.value(SettingsPage::Names::readAhead).toLongLong(); kept > 0)
        m_options.play.readAheadMs = std::clamp<std::int64_t>(kept, 5, 600) * 1'000;
}

void MainWindow::build(std::unique_ptr<QWidget> film)
{
    m_topBar = new TopBar;
    m_keyBanner = new KeyBanner(m_node);
    m_rail = new Rail;
    m_pages = new QStackedWidget;
    m_statusLine = new StatusLine;
    m_homePage = new HomePage(m_node, m_memory.resumePoints());
    m_playerPage = new PlayerPage(m_node, *m_playback, m_series, std::move(film), m_options.hideControlsAfter);
    new TrackMemory(m_settings, *m_playback, m_playerPage->subtitles(), m_playerPage->tracks());
    m_libraryPage = nullptr; // made when they are first shown
    m_seedingPage = nullptr;
    m_walletPage = nullptr;
    m_settingsPage = nullptr;

    // In the order of Page.
    const std::array<std::pair<QWidget*, std::pair<QString, QString>>, 6> pages{{
        {m_homePage, {tr("Home"), u"home"_s}},
        {new QWidget, {tr("Library"), u"library"_s}},
        {m_playerPage, {tr("Player"), u"film"_s}},
        {new QWidget, {tr("Seeding"), u"seeding"_s}},
        {new QWidget, {tr("Wallet"), u"wallet"_s}},
        {new QWidget, {tr("Settings"), u"settings"_s}},
    }};
    for (const auto& [widget, look] : pages) {
        m_pages->addWidget(widget);
        widget->setAccessibleName(look.first);
        widget->setFocusPolicy(Qt::ClickFocus); // so that no field takes the focus, and with it the keys, by itself
        m_rail->addPage(look.first, look.second, u"Ctrl+%1"_s.arg(m_pages->count()));
    }

    auto* middle = new QHBoxLayout;
    middle->setContentsMargins(0, 0, 0, 0);
    middle->setSpacing(0);
    middle->addWidget(m_rail);
    middle->addWidget(m_pages, 1);
    m_shell = new QWidget;
    m_shell->setObjectName(u"shell"_s);
    auto* column = new QVBoxLayout(m_shell);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_topBar);
    column->addWidget(m_keyBanner);
    column->addLayout(middle, 1);
    column->addWidget(m_statusLine);
    setCentralWidget(m_shell);

    connect(m_rail, &Rail::chosen, this, [this](int page) { showPage(static_cast<Page>(page)); });
    connect(m_topBar, &TopBar::linkEntered, this, [this](const QString& text) { openLinks(linksIn(text)); });
    connect(m_topBar, &TopBar::wordsEntered, this, [this](const QString& words) {
        m_homePage->search(words);
        showPage(Page::Home);
    });
    connect(m_homePage, &HomePage::filmChosen, this, &MainWindow::openLink);
    connect(m_homePage, &HomePage::shareWanted, this, &MainWindow::share);
    connect(m_topBar, &TopBar::sharePressed, this, [this] { share(fromUtf8(m_node.snapshot().viewing.title), withoutPermit(m_link)); });
    connect(m_homePage, &HomePage::trackerWanted, this, [this] { startFirstRun(FirstRun::Step::Welcome); });
    connect(m_homePage, &HomePage::linkWanted, m_topBar, &TopBar::focusLinkField);
    connect(m_statusLine->sources(), &SourcesMenu::switched, &m_node, &node::Node::setSource);
    connect(m_topBar, &TopBar::balancePressed, this, [this] { showPage(Page::Wallet); });
    connect(m_playerPage, &PlayerPage::linkWanted, m_topBar, &TopBar::focusLinkField);
    connect(m_playerPage, &PlayerPage::topUpWanted, this, [this] {
        showPage(Page::Wallet);
        m_walletPage->startAction(WalletDialog::Action::TopUp);
    });
    connect(m_playerPage, &PlayerPage::fullScreenWanted, this, &MainWindow::setFullScreen);
    connect(m_playerPage, &PlayerPage::reopenWanted, this, [this] {
        if (!m_link.isEmpty())
            open(m_link);
    });
    connect(m_playerPage, &PlayerPage::startChosen, this, [this](std::chrono::milliseconds position) {
        m_start = position;
        feedPlayer();
    });
    connect(m_playerPage, &PlayerPage::sought, &m_buffering, &Buffering::sought);
    connect(m_playerPage->overlay(), &StageOverlay::readAheadChosen, this, &MainWindow::chooseReadAhead);
    m_playerPage->overlay()->setReadAhead(std::chrono::milliseconds(m_options.play.readAheadMs));
}

/// All pages are made anew, in the language that holds now; the film goes on.
void MainWindow::rebuild()
{
    const Page current = page();
    auto film = m_playerPage->releaseFilm();
    delete takeCentralWidget();
    build(std::move(film));
    m_shell->show(); // at once, not after the next turn of events
    m_remote->follow(*m_playerPage);
    applyTray();
    applyTheme();
    showFullScreenParts();
    showPage(current);
    refresh();
    if (m_firstRun)
        startFirstRun(m_firstRun->step()); // in the other language
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (mayBeTaken(*event->mimeData()))
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    Drop drop = readDrop(*event->mimeData());
    if (drop.links.empty() && drop.file.isEmpty())
        return;
    event->acceptProposedAction();
    if (drop.file.isEmpty())
        return openLinks(std::move(drop.links));
    showPage(Page::Seeding);
    m_seedingPage->publish(drop.file); // made by showPage()
}

void MainWindow::showPage(Page page)
{
    if (page != Page::Player)
        setFullScreen(false);
    makePage(page);
    m_pages->setCurrentIndex(static_cast<int>(page));
    m_rail->setCurrent(static_cast<int>(page));
    refreshPage();
    refreshKeys();
    // Not into a field: the page's keys shall work at once.
    m_pages->currentWidget()->setFocus();
    updateKeys();
}

MainWindow::Page MainWindow::page() const
{
    return static_cast<Page>(m_pages->currentIndex());
}

void MainWindow::openLink(const QString& link)
{
    openLinks({{link, {}}});
}

void MainWindow::openLinks(std::vector<FilmLink> links)
{
    m_series.start(std::move(links));
}

void MainWindow::open(const QString& link)
{
    m_link = link;
    m_start.reset();
    m_playerPage->askWhereToStart({});
    m_awaitsFilm = true;
    m_playback->stop();
    if (isActive(m_node.snapshot().viewing.stage))
        m_node.finish(tr("another film was opened"));
    node::PlayOptions play = m_options.play;
    const auto film = node::filmOf(link);
    play.waitForPlayer = m_options.askWhereToStart && film && m_memory.resumePoint(*film);
    m_node.open(link, play);
    showPage(Page::Player);
}

void MainWindow::share(const QString& title, const QString& link)
{
    const auto& seeding = m_node.snapshot().seeding;
    const auto ours = std::ranges::find(seeding, link.toStdString(), &node::SeededTitle::link);
    (new ShareDialog(title, link, ours == seeding.end() ? QString() : fromUtf8(ours->directLink), this))->open();
}

void MainWindow::chooseReadAhead(std::chrono::seconds readAhead)
{
    m_settings.setValue(SettingsPage::Names::readAhead, static_cast<qlonglong>(readAhead.count()));
    m_options.play.readAheadMs = std::chrono::milliseconds(readAhead).count();
    m_node.setReadAhead(m_options.play.readAheadMs);
}

void MainWindow::refresh()
{
    if (m_quitting)
        return;
    const node::Snapshot& snapshot = m_node.snapshot();
    feedPlayer();
    m_topBar->refresh(snapshot.wallet);
    m_topBar->setShareable(!m_link.isEmpty() && !snapshot.viewing.title.empty() && snapshot.viewing.stage != Stage::Idle);
    m_statusLine->refresh(snapshot);
    refreshKeys();
    m_playerPage->refresh();
    refreshPage();
    const QString title = fromUtf8(snapshot.viewing.title);
    if (!m_awaitsFilm)
        m_series.nameCurrent(title);
    setWindowTitle(title.isEmpty() || snapshot.viewing.stage == Stage::Idle ? tr("Mutoscope")
                                                                            : tr("%1 — Mutoscope").arg(title));
}

void MainWindow::refreshKeys()
{
    m_keyBanner->refresh();
    const bool isOnlyReminder = m_node.snapshot().keys.state == node::KeyState::Open;
    if (isFullScreen() || (isOnlyReminder && page() == Page::Player)) // the film keeps its place
        m_keyBanner->hide();
    const node::KeyState state = m_node.snapshot().keys.state;
    if (state == node::KeyState::Looking || m_offeredWallet)
        return;
    const bool isNew = state == node::KeyState::None || m_node.snapshot().tracker.link.empty();
    if (m_options.firstRun && isNew && !m_settings.value(FirstRun::doneName, false).toBool())
        startFirstRun(FirstRun::Step::Welcome);
    else if (state == node::KeyState::None)
        m_keyBanner->act();
    m_offeredWallet = true;
}

/// Only what is seen: a library or a history may be long.
void MainWindow::refreshPage()
{
    switch (page()) {
    case Page::Library:
        return m_libraryPage->refresh();
    case Page::Seeding:
        return m_seedingPage->refresh();
    case Page::Wallet:
        return m_walletPage->refresh();
    case Page::Settings:
        return m_settingsPage->refresh();
    case Page::Home:
        return m_homePage->refresh();
    case Page::Player:
        break;
    }
}

void MainWindow::applyTray()
{
    m_tray->setOn(false); // in the words of the language
    m_tray->setOn(m_settings.value(SettingsPage::Names::tray, false).toBool());
}

void MainWindow::feedPlayer()
{
    const node::Viewing& viewing = m_node.snapshot().viewing;
    const Stage before = std::exchange(m_stage, viewing.stage);
    if (m_awaitsFilm) {
        // The node may not have come to the new film yet. It has, if there is none to play, one at another address, or if
        // the stage went back; some stages pass too quickly to be seen here.
        if (mayPlay(viewing) && viewing.gateway == m_opened && before <= viewing.stage)
            return;
        m_awaitsFilm = false;
        m_opened.clear();
    }
    if (viewing.gateway.isEmpty() || !mayPlay(viewing)) {
        m_playerPage->askWhereToStart({});
        if (viewing.stage == Stage::Idle && !m_opened.isEmpty()) {
            m_playback->stop();
            m_opened.clear();
        }
        return;
    }
    if (viewing.gateway != m_opened) {
        const auto start = startOf(viewing);
        if (!start)
            return;
        m_opened = viewing.gateway;
        m_openedContent = viewing.content;
        m_memory.follow(viewing.content);
        m_playback->open(viewing.gateway, *start);
        return;
    }
    // Data comes again after a failure: the player, which gave up meanwhile, tries again where it broke off.
    if (viewing.stage == Stage::Playing && before != Stage::Playing && m_playback->state() == State::Failed)
        m_playback->play();
}

/// Nothing as long as the person is asked.
std::optional<std::chrono::milliseconds> MainWindow::startOf(const node::Viewing& viewing)
{
    if (!m_opened.isEmpty() && viewing.content == m_openedContent) // another seeder of the same film: on from where it was
        return m_playback->state() == State::Ended ? 0ms : m_playback->position();
    if (m_start || !m_options.askWhereToStart)
        return m_start.value_or(0ms);
    const auto left = m_memory.resumePoint(viewing.content);
    if (!left)
        return 0ms;
    m_playerPage->askWhereToStart(left);
    return std::nullopt;
}

void MainWindow::setFullScreen(bool on)
{
    if (on == isFullScreen())
        return;
    if (on) {
        if (page() != Page::Player) // the desktop's media keys and players' remotes mean the film
            showPage(Page::Player);
        m_wasMaximised = isMaximized();
        showFullScreen();
    } else if (m_wasMaximised) {
        showMaximized();
    } else {
        showNormal();
    }
}

RemoteControl& MainWindow::remote()
{
    return *m_remote;
}

void MainWindow::bringToFront()
{
    setWindowState(windowState() & ~Qt::WindowMinimized);
    show();
    raise();
    activateWindow();
}

void MainWindow::showFullScreenParts()
{
    const bool full = isFullScreen();
    m_topBar->setVisible(!full);
    m_rail->setVisible(!full);
    m_statusLine->setVisible(!full);
    refreshKeys();
    m_playerPage->setFullScreen(full);
    if (full)
        m_playerPage->setFocus();
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    event->ignore(); // hidden now, destroyed by its owner after ended()
    if (!m_tray->isOn())
        return quit();
    QApplication::setQuitOnLastWindowClosed(false);
    m_playback->pause();
    hide();
    m_notices->wentToTray();
}

void MainWindow::quit()
{
    if (std::exchange(m_quitting, true))
        return;
    QApplication::setQuitOnLastWindowClosed(false); // hiding would end the event loop before the node has stopped
    m_deadline.start(m_options.quitDeadline);
    hide();
    m_playback->stop();
    if (isActive(m_node.snapshot().viewing.stage))
        m_node.finish(tr("the window was closed"));
    m_node.stop();
}

void MainWindow::end()
{
    if (std::exchange(m_ended, true))
        return;
    m_deadline.stop();
    m_settings.flush();
    Q_EMIT ended();
    QCoreApplication::quit();
}

} // namespace mutoscope::ui
