#include <utility>

#include <QStackedWidget>

#include "ui/language.h"
#include "ui/library_page.h"
#include "ui/main_window.h"
#include "ui/player_page.h"
#include "ui/seeding_page.h"
#include "ui/settings_page.h"
#include "ui/stage_overlay.h"
#include "ui/tray.h"
#include "ui/wallet_page.h"

// The pages that are made when they are first shown: the window takes its first click sooner.

namespace mutoscope::ui
{

void MainWindow::makePage(Page page)
{
    QWidget* made = nullptr;
    switch (page) {
    case Page::Home:
    case Page::Player:
        return;
    case Page::Library:
        if (m_libraryPage)
            return;
        made = m_libraryPage = new LibraryPage(m_node, m_memory.resumePoints(), m_clock);
        connect(m_libraryPage, &LibraryPage::filmChosen, this, &MainWindow::openLink);
        connect(m_libraryPage, &LibraryPage::homeWanted, this, [this] { showPage(Page::Home); });
        break;
    case Page::Seeding:
        if (m_seedingPage)
            return;
        made = m_seedingPage = new SeedingPage(m_node, m_clock, m_packager, m_options.workFolder);
        connect(m_seedingPage, &SeedingPage::rulesWanted, this, [this] { showPage(Page::Settings); });
        break;
    case Page::Wallet:
        if (m_walletPage)
            return;
        made = m_walletPage = new WalletPage(m_node, m_clock, m_settings);
        connect(m_walletPage, &WalletPage::amountsHidden, this, &MainWindow::refresh);
        break;
    case Page::Settings:
        if (m_settingsPage)
            return;
        made = m_settingsPage = new SettingsPage(m_node, m_settings, Tray::isAvailable());
        connectSettings();
        break;
    }
    const int at = static_cast<int>(page);
    QWidget* const before = m_pages->widget(at);
    made->setAccessibleName(before->accessibleName());
    made->setFocusPolicy(before->focusPolicy());
    m_pages->insertWidget(at, made);
    m_pages->removeWidget(before);
    delete before;
}

void MainWindow::connectSettings()
{
    connect(m_settingsPage, &SettingsPage::keysWanted, this, &MainWindow::showKeys);
    connect(m_settingsPage, &SettingsPage::firstRunWanted, this, [this] { startFirstRun(FirstRun::Step::Welcome); });
    connect(m_settingsPage, &SettingsPage::schemeChosen, this, [this](Scheme scheme) {
        m_options.scheme = scheme;
        applyTheme();
    });
    connect(m_settingsPage, &SettingsPage::dailyCapChosen, this, &MainWindow::chooseDailyCap);
    connect(m_settingsPage, &SettingsPage::approvalChosen, this, &MainWindow::chooseApproval);
    connect(m_settingsPage, &SettingsPage::readAheadChosen, this, [this](std::chrono::seconds readAhead) {
        chooseReadAhead(readAhead);
        m_playerPage->overlay()->setReadAhead(readAhead);
    });
    connect(m_settingsPage, &SettingsPage::lockChosen, &m_autoLock, &AutoLock::setAfter);
    connect(m_settingsPage, &SettingsPage::trayChosen, this, &MainWindow::applyTray);
    connect(m_settingsPage, &SettingsPage::languageChosen, this, &MainWindow::chooseLanguage);
}

void MainWindow::chooseApproval(base::Tokens upTo)
{
    m_options.play.approveUpTo = upTo;
}

void MainWindow::chooseDailyCap(base::Tokens cap)
{
    m_options.play.dailyCap = cap.value() > 0 ? std::optional(cap) : std::nullopt;
}

/// Later: the widget that says so goes with all others.
void MainWindow::chooseLanguage(const QString& language)
{
    QMetaObject::invokeMethod(
        this,
        [this, language] {
            applyLanguage(language);
            rebuild();
        },
        Qt::QueuedConnection);
}

void MainWindow::startFirstRun(FirstRun::Step step)
{
    delete m_firstRun;
    m_firstRun = new FirstRun({m_node, m_settings, m_options.trial}, step, this);
    connect(m_firstRun, &FirstRun::approvalChosen, this, &MainWindow::chooseApproval);
    connect(m_firstRun, &FirstRun::dailyCapChosen, this, &MainWindow::chooseDailyCap);
    connect(m_firstRun, &FirstRun::languageChosen, this, &MainWindow::chooseLanguage);
    connect(m_firstRun, &QDialog::finished, this, [this] { m_settings.setValue(FirstRun::doneName, true); });
    m_firstRun->open();
}

} // namespace mutoscope::ui
