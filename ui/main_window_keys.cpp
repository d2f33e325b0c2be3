#include <QAbstractSpinBox>
#include <QApplication>
#include <QLineEdit>
#include <QPushButton>
#include <QShortcut>
#include <QStackedWidget>

#include "ui/keys.h"
#include "ui/main_window.h"
#include "ui/player_page.h"
#include "ui/seeding_page.h"
#include "ui/subtitles.h"
#include "ui/top_bar.h"
#include "ui/track_menus.h"

// What keys do, and when.

using namespace std::chrono_literals;

namespace mutoscope::ui
{
namespace
{

constexpr auto smallStep = 5s;
constexpr auto bigStep = 10s;
constexpr double volumeStep = 0.05;

bool takesText(const QWidget* widget)
{
    return qobject_cast<const QLineEdit*>(widget) || qobject_cast<const QAbstractSpinBox*>(widget);
}

} // namespace

/// Keys that are the same everywhere, and can't be given to anything else.
void MainWindow::addFixedKeys()
{
    for (int tenth = 0; tenth <= 9; ++tenth) {
        auto* shortcut = new QShortcut(static_cast<Qt::Key>(Qt::Key_0 + tenth), this);
        connect(shortcut, &QShortcut::activated, this, [this, tenth] { m_playerPage->seekToTenth(tenth); });
        m_tenthKeys.push_back(shortcut);
    }
    // Out of full screen, or out of the link field back to the film.
    auto* escape = new QShortcut(Qt::Key_Escape, this);
    connect(escape, &QShortcut::activated, this, [this] {
        if (isFullScreen())
            setFullScreen(false);
        else
            m_pages->currentWidget()->setFocus();
    });
}

void MainWindow::addKeys()
{
    qDeleteAll(m_keys);
    m_keys.clear();
    m_filmKeys.clear();
    for (const ActionInfo& info : allActions()) {
        for (const QKeySequence& keys : m_keyMap.keys(info.action)) {
            auto* shortcut = new QShortcut(keys, this);
            connect(shortcut, &QShortcut::activated, this, [this, action = info.action] { act(action); });
            m_keys.push_back(shortcut);
            if (info.onFilm)
                m_filmKeys.push_back(shortcut);
        }
    }
    updateKeys();
}

void MainWindow::act(Action action)
{
    switch (action) {
    case Action::PlayPause:
        return m_playerPage->togglePlay();
    case Action::Back:
        return m_playerPage->seekBy(-smallStep);
    case Action::Forward:
        return m_playerPage->seekBy(smallStep);
    case Action::FarBack:
        return m_playerPage->seekBy(-bigStep);
    case Action::FarForward:
        return m_playerPage->seekBy(bigStep);
    case Action::PreviousPicture:
        return m_playerPage->stepPicture(-1);
    case Action::NextPicture:
        return m_playerPage->stepPicture(1);
    case Action::Slower:
        return m_playerPage->changeSpeed(-1);
    case Action::Faster:
        return m_playerPage->changeSpeed(1);
    case Action::NormalSpeed:
        return m_playerPage->setSpeed(1);
    case Action::Louder:
        return m_playerPage->changeVolume(volumeStep);
    case Action::Softer:
        return m_playerPage->changeVolume(-volumeStep);
    case Action::Mute:
        return m_playerPage->toggleMute();
    case Action::NextAudio:
        return m_playerPage->tracks().nextAudio();
    case Action::NextSubtitles:
        return m_playerPage->subtitles().next();
    case Action::FullScreen:
        return setFullScreen(!isFullScreen());
    case Action::Statistics:
        return m_playerPage->toggleStatistics();
    case Action::NextFilm:
        return m_series.next();
    case Action::PreviousFilm:
        return m_series.previous();
    case Action::Queue:
        return m_playerPage->toggleQueue();
    case Action::OpenLink:
        setFullScreen(false);
        return m_topBar->focusLinkField();
    case Action::OpenFile:
        showPage(Page::Seeding);
        return m_seedingPage->chooseFile();
    case Action::ShowHome:
        return showPage(Page::Home);
    case Action::ShowLibrary:
        return showPage(Page::Library);
    case Action::ShowPlayer:
        return showPage(Page::Player);
    case Action::ShowSeeding:
        return showPage(Page::Seeding);
    case Action::ShowWallet:
        return showPage(Page::Wallet);
    case Action::ShowSettings:
        return showPage(Page::Settings);
    case Action::ShowKeys:
        return showKeys();
    case Action::Quit:
        return quit();
    }
}

void MainWindow::updateKeys()
{
    const QWidget* focus = QApplication::focusWidget();
    const bool typing = takesText(focus);
    const bool onFilm = page() == Page::Player && !typing;
    const bool onButton = qobject_cast<const QAbstractButton*>(focus);
    for (QShortcut* shortcut : m_keys) {
        // What can also be a letter of a text, is one while text is typed.
        const bool isPlain = shortcut->key()[0].keyboardModifiers() == Qt::NoModifier;
        shortcut->setEnabled(!typing || !isPlain);
    }
    for (QShortcut* shortcut : m_tenthKeys)
        shortcut->setEnabled(onFilm);
    for (QShortcut* shortcut : m_filmKeys) {
        // The space bar presses a button that was reached by keyboard.
        const bool presses = onButton && shortcut->key() == QKeySequence(Qt::Key_Space);
        shortcut->setEnabled(onFilm && !presses);
    }
}

void MainWindow::showKeys()
{
    (new KeysDialog(m_keyMap, this))->open();
}

} // namespace mutoscope::ui
