#include "ui/settings_page.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QDesktopServices>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QUrl>

#include "ui/format.h"
#include "ui/language_box.h"
#include "ui/notices.h"
#include "ui/reach_text.h"
#include "ui/rules_form.h"
#include "ui/settings_store.h"
#include "ui/sources_menu.h"
#include "ui/spending_form.h"
#include "ui/tables.h"
#include "ui/tracker_field.h"
#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

constexpr int widestPage = 760;
constexpr int fieldLetters = 32; ///< as wide as so many letters

} // namespace

const QString SettingsPage::Names::scheme = u"general/scheme"_s;
const QString SettingsPage::Names::readAhead = u"viewing/read-ahead-s"_s;
const QString SettingsPage::Names::tray = u"desktop/tray"_s;
const QString SettingsPage::Names::lockAfter = u"wallet/lock-after"_s;

SettingsPage::SettingsPage(node::Node& node, SettingsStore& settings, bool hasTray) : m_node(node), m_settings(settings)
{
    setObjectName(u"page"_s);
    QVBoxLayout* column = makeScrollingColumn(this, widestPage);
    column->addWidget(makeLabel(tr("Settings"), u"title"_s));
    addGeneral(column);
    addAccount(column);
    addWatching(column);
    addFinding(column);
    m_rules = new RulesForm(m_node);
    addCard(column, tr("Seeding"))->addWidget(m_rules);
    addDesktop(column, hasTray);
    addProgram(column);
    column->addStretch();
    refresh();
}

QVBoxLayout* SettingsPage::addCard(QVBoxLayout* column, const QString& title)
{
    auto* card = new QFrame;
    card->setProperty("role", u"card"_s);
    auto* inner = new QVBoxLayout(card);
    inner->setContentsMargins(16, 14, 16, 14);
    inner->setSpacing(10);
    inner->addWidget(makeLabel(title, u"heading"_s));
    column->addWidget(card);
    return inner;
}

void SettingsPage::addRow(QVBoxLayout* column, const QString& name, QWidget* field)
{
    field->setFixedWidth(fieldLetters * fontMetrics().averageCharWidth());
    field->setAccessibleName(name);
    auto* row = new QHBoxLayout;
    row->addWidget(makeParagraph(name, QString()), 1);
    row->addWidget(field);
    column->addLayout(row);
}

void SettingsPage::addGeneral(QVBoxLayout* column)
{
    QVBoxLayout* card = addCard(column, tr("General"));
    auto* language = new LanguageBox(m_settings);
    addRow(card, tr("Language"), language);
    connect(language, &LanguageBox::chosen, this, &SettingsPage::languageChosen);
    auto* scheme = new QComboBox;
    scheme->setObjectName(u"scheme"_s);
    scheme->addItem(tr("As the desktop"), static_cast<int>(Scheme::System));
    scheme->addItem(tr("Light"), static_cast<int>(Scheme::Light));
    scheme->addItem(tr("Dark"), static_cast<int>(Scheme::Dark));
    scheme->setCurrentIndex(std::max(0, scheme->findData(m_settings.value(Names::scheme, 0).toInt())));
    addRow(card, tr("Appearance"), scheme);
    connect(scheme, &QComboBox::activated, this, [this, scheme] {
        m_settings.setValue(Names::scheme, scheme->currentData());
        Q_EMIT schemeChosen(static_cast<Scheme>(scheme->currentData().toInt()));
    });
    auto* keys = new Button(tr("Keys…"), QString(), Button::Kind::Plain);
    keys->setObjectName(u"changeKeys"_s);
    connect(keys, &QPushButton::clicked, this, &SettingsPage::keysWanted);
    addRow(card, tr("Which keys do what"), keys);
    keys->setAccessibleName(tr("Change the keys"));
}

void SettingsPage::addAccount(QVBoxLayout* column)
{
    QVBoxLayout* card = addCard(column, tr("Account"));
    card->addWidget(makeParagraph(tr("The wallet tracker keeps your tokens and knows who has which film. With another one the wallet is the same, but what lies at "
                                     "this one stays there."),
                                  u"caption"_s));
    m_account = makeParagraph(QString(), u"muted"_s);
    m_account->setObjectName(u"accountState"_s);
    card->addWidget(m_account);
    m_tracker = new TrackerField;
    m_useTracker = new Button(tr("Use this tracker"), QString(), Button::Kind::Plain);
    m_useTracker->setObjectName(u"useTracker"_s);
    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    row->addWidget(m_tracker, 1);
    row->addWidget(m_useTracker, 0, Qt::AlignTop);
    card->addLayout(row);
    connect(m_tracker, &TrackerField::edited, this, &SettingsPage::judgeTracker);
    connect(m_useTracker, &QPushButton::clicked, this, [this] { m_node.setTracker(m_tracker->tracker()); });
    judgeTracker();
    m_lock = new Button(tr("Lock"), QString(), Button::Kind::Plain);
    m_lock->setObjectName(u"lockWallet"_s);
    connect(m_lock, &QPushButton::clicked, this, [this] { m_node.lock(); });
    addRow(card, tr("The wallet: shown, but nothing is signed until it is unlocked"), m_lock);
    m_lock->setAccessibleName(tr("Lock the wallet"));
    auto* after = new QComboBox;
    after->setObjectName(u"lockAfter"_s);
    after->addItem(tr("Never"), 0);
    for (const int minutes : {5, 15, 60})
        after->addItem(tr("After %n minute(s)", nullptr, minutes), minutes);
    after->setCurrentIndex(std::max(0, after->findData(m_settings.value(Names::lockAfter, 0).toInt())));
    addRow(card, tr("Lock it by itself when nobody has touched the program, unless a film is open or something is seeded"), after);
    connect(after, &QComboBox::activated, this, [this, after] {
        m_settings.setValue(Names::lockAfter, after->currentData());
        Q_EMIT lockChosen(std::chrono::minutes(after->currentData().toInt()));
    });
}

void SettingsPage::addWatching(QVBoxLayout* column)
{
    QVBoxLayout* card = addCard(column, tr("Watching"));
    auto* spending = new SpendingForm(m_settings);
    card->addWidget(spending);
    connect(spending, &SpendingForm::approvalChosen, this, &SettingsPage::approvalChosen);
    connect(spending, &SpendingForm::dailyCapChosen, this, &SettingsPage::dailyCapChosen);
    m_readAhead = new QComboBox;
    m_readAhead->setObjectName(u"settingsReadAhead"_s);
    for (const int seconds : {10, 30, 60, 120, 300})
        m_readAhead->addItem(tr("up to %1 s ahead").arg(seconds), seconds);
    addRow(card, tr("Bought ahead of what is watched"), m_readAhead);
    connect(m_readAhead, &QComboBox::activated, this,
            [this] { Q_EMIT readAheadChosen(std::chrono::seconds(m_readAhead->currentData().toInt())); });
}

void SettingsPage::addFinding(QVBoxLayout* column)
{
    QVBoxLayout* card = addCard(column, tr("Where seeders are looked for"));
    for (const node::SourceKind kind : discovery::allSources) {
        auto* box = new QCheckBox(SourcesMenu::nameOf(kind));
        box->setAccessibleName(box->text());
        auto* state = new ElidedLabel(u"muted"_s);
        m_sources[kind] = {box, state};
        auto* row = new QHBoxLayout;
        row->setSpacing(12);
        row->addWidget(box);
        row->addWidget(state, 1);
        card->addLayout(row);
        connect(box, &QCheckBox::clicked, this, [this, kind](bool on) { m_node.setSource(kind, on); });
    }
    card->addWidget(makeParagraph(tr("The BitTorrent DHT tells strangers which films this computer has and looks for."), u"caption"_s));
}

void SettingsPage::addDesktop(QVBoxLayout* column, bool hasTray)
{
    QVBoxLayout* card = addCard(column, tr("Desktop"));
    auto* notices = new QCheckBox(tr("Notify me of what was published and earned"));
    notices->setObjectName(u"notifications"_s);
    notices->setAccessibleName(notices->text());
    notices->setChecked(m_settings.value(Notices::name, false).toBool());
    card->addWidget(notices);
    connect(notices, &QCheckBox::toggled, this, [this](bool on) { m_settings.setValue(Notices::name, on); });
    if (!hasTray)
        return;
    auto* tray = new QCheckBox(tr("Go on seeding in the tray when the window is closed"));
    tray->setObjectName(u"tray"_s);
    tray->setAccessibleName(tray->text());
    tray->setChecked(m_settings.value(Names::tray, false).toBool());
    card->addWidget(tray);
    connect(tray, &QCheckBox::toggled, this, [this](bool on) {
        m_settings.setValue(Names::tray, on);
        Q_EMIT trayChosen(on);
    });
}

void SettingsPage::addProgram(QVBoxLayout* column)
{
    QVBoxLayout* card = addCard(column, tr("This program"));
    auto* again = new Button(tr("Show again…"), QString(), Button::Kind::Plain);
    again->setObjectName(u"firstRunAgain"_s);
    connect(again, &QPushButton::clicked, this, &SettingsPage::firstRunWanted);
    addRow(card, tr("The pages of the first start, and the trial"), again);
    if (!m_settings.file().isEmpty()) {
        const QString folder = QFileInfo(m_settings.file()).absolutePath();
        auto* open = new Button(tr("Open the folder"), QString(), Button::Kind::Plain);
        open->setObjectName(u"openFolder"_s);
        open->setToolTip(folder);
        connect(open, &QPushButton::clicked, this, [folder] { QDesktopServices::openUrl(QUrl::fromLocalFile(folder)); });
        addRow(card, tr("Where settings, contracts and films are kept"), open);
        open->setAccessibleName(tr("Open the folder %1").arg(folder));
    }
    card->addWidget(makeLabel(tr("Version %1").arg(QCoreApplication::applicationVersion()), u"caption"_s));
}

void SettingsPage::judgeTracker()
{
    m_useTracker->setEnabled(!m_tracker->tracker().isEmpty() && m_tracker->tracker() != m_trackerShown);
}

/// The field follows the node, unless somebody has begun to write in it.
void SettingsPage::showAccount()
{
    const node::TrackerStatus& tracker = m_node.snapshot().tracker;
    const QString link = fromUtf8(tracker.link);
    if (link != m_trackerShown || (link.isEmpty() && !m_tracker->isBeingTyped())) {
        m_trackerShown = link;
        m_tracker->setTracker(link);
        judgeTracker();
    }
    setStyleProperty(m_account, "role", tracker.state == node::TrackerState::Offline ? u"problem"_s : u"muted"_s);
    m_account->setText(trackerInWords(tracker));
}

void SettingsPage::refresh()
{
    showAccount();
    m_rules->refresh();
    m_lock->setEnabled(m_node.snapshot().keys.state == node::KeyState::Open);
    const int readAhead = std::max(1, m_settings.value(Names::readAhead, 30).toInt());
    int nearest = 0; // one may have been chosen elsewhere that isn't in the list
    for (int i = 1; i < m_readAhead->count(); ++i) {
        if (std::abs(m_readAhead->itemData(i).toInt() - readAhead) < std::abs(m_readAhead->itemData(nearest).toInt() - readAhead))
            nearest = i;
    }
    m_readAhead->setCurrentIndex(nearest);
    for (const node::SourceStatus& source : m_node.snapshot().sources) {
        const auto& [box, state] = m_sources.at(source.kind);
        box->setChecked(source.state != node::SourceState::Off);
        state->setWhole(SourcesMenu::stateOf(source));
    }
}

} // namespace mutoscope::ui
