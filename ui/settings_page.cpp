#include "ui/settings_page.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QSignalBlocker>

#include "ui/format.h"
#include "ui/rules_form.h"
#include "ui/settings_store.h"
#include "ui/sources_menu.h"
#include "ui/tables.h"
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
const QString SettingsPage::Names::language = u"general/language"_s;
const QString SettingsPage::Names::approveUpTo = u"viewing/approve-up-to"_s;
const QString SettingsPage::Names::dailyCap = u"viewing/daily-cap"_s;
const QString SettingsPage::Names::readAhead = u"viewing/read-ahead-s"_s;
const QString SettingsPage::Names::tray = u"desktop/tray"_s;
const QString SettingsPage::Names::lockAfter = u"wallet/lock-after"_s;
const QString SettingsPage::Names::notifications = u"desktop/notifications"_s;

SettingsPage::SettingsPage(node::Node& node, SettingsStore& settings, bool hasTray) : m_node(node), m_settings(settings)
{
    setObjectName(u"page"_s);
    QVBoxLayout* column = makeScrollingColumn(this, widestPage);
    column->addWidget(makeLabel(tr("Settings"), u"title"_s));
    addGeneral(column);
    addWatching(column);
    addFinding(column);
    m_rules = new RulesForm(m_node);
    addCard(column, tr("Seeding"))->addWidget(m_rules);
    if (hasTray)
        addDesktop(column);
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
    auto* language = new QComboBox;
    language->setObjectName(u"language"_s);
    language->addItem(tr("As the desktop"), QString());
    language->addItem(u"English"_s, u"en"_s); // each in itself, for those who can't read the other
    language->addItem(u"Русский"_s, u"ru"_s);
    language->setCurrentIndex(std::max(0, language->findData(m_settings.value(Names::language).toString())));
    addRow(card, tr("Language"), language);
    connect(language, &QComboBox::activated, this, [this, language] {
        m_settings.setValue(Names::language, language->currentData().toString());
        Q_EMIT languageChosen(language->currentData().toString());
    });
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
    auto* approve = new TokenField(tr("Play without asking up to this price for all of a film, in tokens"));
    approve->setObjectName(u"approveUpTo"_s);
    approve->setAmount(base::Tokens(std::max<std::int64_t>(0, m_settings.value(Names::approveUpTo, 0).toLongLong())));
    addRow(card, tr("Play without asking where all of the film costs no more than, in tokens (0: always ask)"), approve);
    connect(approve, &QLineEdit::textEdited, this, [this, approve] {
        if (const auto amount = approve->amount()) {
            m_settings.setValue(Names::approveUpTo, static_cast<qlonglong>(amount->value()));
            Q_EMIT approvalChosen(*amount);
        }
    });
    auto* daily = new TokenField(tr("All films of a day may cost so much, in tokens"));
    daily->setObjectName(u"dailyCap"_s);
    daily->setAmount(base::Tokens(std::max<std::int64_t>(0, m_settings.value(Names::dailyCap, 0).toLongLong())));
    addRow(card, tr("All films of a day may cost no more than, in tokens (0: no limit)"), daily);
    connect(daily, &QLineEdit::textEdited, this, [this, daily] {
        if (const auto amount = daily->amount()) {
            m_settings.setValue(Names::dailyCap, static_cast<qlonglong>(amount->value()));
            Q_EMIT dailyCapChosen(*amount);
        }
    });
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

void SettingsPage::addDesktop(QVBoxLayout* column)
{
    QVBoxLayout* card = addCard(column, tr("Desktop"));
    auto* tray = new QCheckBox(tr("Go on seeding in the tray when the window is closed"));
    tray->setObjectName(u"tray"_s);
    tray->setAccessibleName(tray->text());
    tray->setChecked(m_settings.value(Names::tray, false).toBool());
    card->addWidget(tray);
    auto* notifications = new QCheckBox(tr("Say there what was published and earned"));
    notifications->setObjectName(u"notifications"_s);
    notifications->setAccessibleName(notifications->text());
    notifications->setChecked(m_settings.value(Names::notifications, false).toBool());
    notifications->setEnabled(tray->isChecked());
    card->addWidget(notifications);
    connect(tray, &QCheckBox::toggled, this, [this, notifications](bool on) {
        m_settings.setValue(Names::tray, on);
        notifications->setEnabled(on);
        Q_EMIT trayChosen(on);
    });
    connect(notifications, &QCheckBox::toggled, this, [this](bool on) {
        m_settings.setValue(Names::notifications, on);
        Q_EMIT notificationsChosen(on);
    });
}

void SettingsPage::refresh()
{
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
