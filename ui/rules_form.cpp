#include "ui/rules_form.h"

#include <cmath>

#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QScopedValueRollback>
#include <QTimeEdit>

#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

constexpr double gigabyte = 1e9;
constexpr double kilobyte = 1e3;
constexpr double token = 1e6;
constexpr double most = 999'999;
constexpr double mostPort = 65'535;
constexpr int fieldLetters = 15; ///< as wide as so many letters
// What a switch begins with.
constexpr double usualQuota = 50 * gigabyte;
constexpr double usualFree = 1 * gigabyte;
constexpr double usualUpload = 1'000 * kilobyte;
constexpr double usualRatio = 200;
constexpr double usualHours = 48;
constexpr double usualRelayPrice = 0.002 * token;
constexpr double usualPort = 7747;

/// A spin box and the field in it, which takes the focus.
void nameBox(QAbstractSpinBox* box, const QString& text)
{
    box->setAccessibleName(text);
    box->findChild<QLineEdit*>()->setAccessibleName(text);
}

QTime timeAt(std::int64_t minute)
{
    return QTime(0, 0).addSecs(static_cast<int>(minute % (24 * 60)) * 60);
}

std::int64_t minuteOf(const QTime& time)
{
    return time.hour() * 60 + time.minute();
}

/// Two decimals are enough for most; the others only where they say something.
class NumberBox final : public QDoubleSpinBox
{
protected:
    [[nodiscard]] QString textFromValue(double value) const override
    {
        QString text = QDoubleSpinBox::textFromValue(value);
        for (int left = decimals(); left > 2 && text.endsWith(u'0'); --left)
            text.chop(1);
        return text;
    }
};

} // namespace

void RulesForm::Limit::show(double value, double usual) const
{
    on->setChecked(value > 0);
    field->setEnabled(value > 0);
    field->setValue((value > 0 ? value : usual) / unit);
}

double RulesForm::Limit::value() const
{
    return on->isChecked() ? field->value() * unit : 0;
}

RulesForm::RulesForm(node::Node& node, Extent extent) : m_node(node)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    m_watched = new QCheckBox(tr("Seed what I have watched"));
    m_watched->setObjectName(u"seedWatched"_s);
    m_watched->setAccessibleName(m_watched->text());
    m_price = new TokenField(tr("Price for each MiB of what was watched, in tokens"));
    m_price->setObjectName(u"watchedPrice"_s);
    m_price->setFixedWidth(fieldLetters * fontMetrics().averageCharWidth());
    auto* price = new QHBoxLayout;
    price->addWidget(makeLabel(tr("for, in tokens for each MiB"), u"caption"_s), 1);
    price->addWidget(m_price);
    column->addWidget(m_watched);
    column->addLayout(price);
    m_quota = addLimit(column, tr("Disk for films, at most"), u"quota"_s, tr("GB"), gigabyte, 1);
    m_upload = addLimit(column, tr("Upload, at most"), u"uploadLimit"_s, tr("kB/s"), kilobyte, 0);
    auto* others = new QWidget;
    auto* more = new QVBoxLayout(others);
    more->setContentsMargins(0, 0, 0, 0);
    more->setSpacing(8);
    m_free = addLimit(more, tr("Always leave free"), u"minFreeDisk"_s, tr("GB"), gigabyte, 1);
    addSchedule(more);
    m_ratio = addLimit(more, tr("Stop a film once uploaded"), u"stopAtRatio"_s, tr("%"), 1, 0);
    m_hours = addLimit(more, tr("Stop a film after"), u"stopAfter"_s, tr("h"), 1, 0);
    addRelays(more);
    m_port = addLimit(more, tr("Port for viewers"), u"seedingPort"_s, QString(), 1, 0);
    m_port.field->setMaximum(mostPort);
    m_port.on->setToolTip(tr("From the next start on; one that a router passes on to this computer. Otherwise the program takes one that is free."));
    column->addWidget(others);
    others->setVisible(extent == Extent::All);

    connect(m_watched, &QCheckBox::toggled, this, &RulesForm::hand);
    connect(m_price, &QLineEdit::editingFinished, this, &RulesForm::hand);
    refresh();
}

RulesForm::Limit RulesForm::addLimit(QVBoxLayout* column, const QString& name, const QString& objectName, const QString& unitName, double unit, int decimals)
{
    Limit limit;
    limit.unit = unit;
    limit.on = new QCheckBox(name);
    limit.on->setObjectName(objectName + u"On"_s);
    limit.on->setAccessibleName(name);
    limit.field = makeNumber(name, objectName, unitName, decimals);
    auto* row = new QHBoxLayout;
    row->addWidget(limit.on, 1);
    row->addWidget(limit.field);
    column->addLayout(row);
    connect(limit.on, &QCheckBox::toggled, this, [this, field = limit.field](bool on) {
        field->setEnabled(on);
        hand();
    });
    return limit;
}

QDoubleSpinBox* RulesForm::makeNumber(const QString& name, const QString& objectName, const QString& unitName, int decimals)
{
    auto* field = new NumberBox;
    field->setObjectName(objectName);
    nameBox(field, unitName.isEmpty() ? name : tr("%1, in %2").arg(name, unitName));
    field->setDecimals(decimals);
    field->setRange(std::pow(10, -decimals), most);
    if (!unitName.isEmpty())
        field->setSuffix(u" "_s + unitName);
    else
        field->setGroupSeparatorShown(false);
    field->setButtonSymbols(QAbstractSpinBox::NoButtons);
    field->setAlignment(Qt::AlignRight);
    field->setKeyboardTracking(false);
    field->setFixedWidth(fieldLetters * fontMetrics().averageCharWidth());
    connect(field, &QDoubleSpinBox::valueChanged, this, &RulesForm::hand);
    return field;
}

/// What is paid has always a limit for the day.
void RulesForm::addRelays(QVBoxLayout* column)
{
    m_relayPrice = addLimit(column, tr("Pay relays per MiB up to"), u"relayPrice"_s, tr("tokens"), token, 6);
    m_relayPrice.on->setToolTip(tr("Where nobody can connect to you, a relay brings viewers and you together. Some ask for tokens once they have "
                                   "copied a free part. Off: only what is free is used."));
    m_relayPerDay = makeNumber(tr("Pay relays in a day up to"), u"relayPerDay"_s, tr("tokens"), 2);
    auto* row = new QHBoxLayout;
    row->addWidget(makeLabel(tr("and in a day up to"), u"caption"_s), 1);
    row->addWidget(m_relayPerDay);
    column->addLayout(row);
}

void RulesForm::addSchedule(QVBoxLayout* column)
{
    m_scheduled = new QCheckBox(tr("Only between"));
    m_scheduled->setObjectName(u"scheduled"_s);
    m_scheduled->setAccessibleName(tr("Seed only at certain hours"));
    const auto makeTime = [this](const QString& name, const QString& objectName) {
        auto* edit = new QTimeEdit;
        edit->setObjectName(objectName);
        nameBox(edit, name);
        edit->setButtonSymbols(QAbstractSpinBox::NoButtons);
        edit->setDisplayFormat(u"HH:mm"_s);
        edit->setKeyboardTracking(false);
        connect(edit, &QTimeEdit::timeChanged, this, &RulesForm::hand);
        return edit;
    };
    m_from = makeTime(tr("Seeding begins at"), u"scheduleFrom"_s);
    m_to = makeTime(tr("Seeding ends at"), u"scheduleTo"_s);
    auto* row = new QHBoxLayout;
    row->addWidget(m_scheduled, 1);
    row->addWidget(m_from);
    row->addWidget(makeLabel(u"–"_s, u"muted"_s));
    row->addWidget(m_to);
    column->addLayout(row);
    connect(m_scheduled, &QCheckBox::toggled, this, &RulesForm::hand);
}

bool RulesForm::isBeingTyped() const
{
    const QWidget* const focus = focusWidget();
    return focus != nullptr && focus->hasFocus() && qobject_cast<const QCheckBox*>(focus) == nullptr;
}

void RulesForm::refresh()
{
    if (isBeingTyped())
        return;
    const QScopedValueRollback showing(m_showing, true);
    const node::SeedingRules& rules = m_node.snapshot().rules;
    m_watched->setChecked(rules.seedWatched);
    m_price->setAmount(rules.watchedPrice);
    m_price->setEnabled(rules.seedWatched);
    m_quota.show(static_cast<double>(rules.quota.value()), usualQuota);
    m_free.show(static_cast<double>(rules.minFreeDisk.value()), usualFree);
    m_upload.show(static_cast<double>(rules.uploadPerSecond.value()), usualUpload);
    m_scheduled->setChecked(rules.scheduled);
    const bool isSet = rules.fromMinute != rules.toMinute;
    m_from->setTime(isSet ? timeAt(rules.fromMinute) : QTime(23, 0));
    m_to->setTime(isSet ? timeAt(rules.toMinute) : QTime(7, 0));
    m_from->setEnabled(rules.scheduled);
    m_to->setEnabled(rules.scheduled);
    m_ratio.show(static_cast<double>(rules.stopAtRatioPercent), usualRatio);
    m_hours.show(static_cast<double>(rules.stopAfterHours), usualHours);
    const auto relayPrice = static_cast<double>(rules.relayPrice.value_or(base::Tokens()).value());
    const bool pays = relayPrice > 0;
    m_relayPrice.show(relayPrice, usualRelayPrice);
    m_relayPerDay->setValue(static_cast<double>(rules.relayPerDay.value_or(node::SeedingRules::usualRelayPerDay).value()) / token);
    m_relayPerDay->setEnabled(pays);
    m_port.show(static_cast<double>(rules.port.value_or(0)), usualPort);
}

void RulesForm::hand()
{
    if (m_showing)
        return;
    node::SeedingRules rules = m_node.snapshot().rules;
    const auto bytes = [](double value) { return base::ByteCount(std::llround(value)); };
    rules.seedWatched = m_watched->isChecked();
    rules.watchedPrice = m_price->amount().value_or(rules.watchedPrice);
    rules.quota = bytes(m_quota.value());
    rules.minFreeDisk = bytes(m_free.value());
    rules.uploadPerSecond = bytes(m_upload.value());
    rules.scheduled = m_scheduled->isChecked();
    rules.fromMinute = minuteOf(m_from->time());
    rules.toMinute = minuteOf(m_to->time());
    rules.stopAtRatioPercent = std::llround(m_ratio.value());
    rules.stopAfterHours = std::llround(m_hours.value());
    rules.relayPrice = base::Tokens(std::llround(m_relayPrice.value()));
    rules.relayPerDay = base::Tokens(std::llround(m_relayPerDay->value() * token));
    m_relayPerDay->setEnabled(rules.relayPrice > base::Tokens());
    const auto port = std::llround(m_port.value());
    rules.port = port > 0 ? std::optional<std::int64_t>(port) : std::nullopt;
    if (!(rules == m_node.snapshot().rules))
        m_node.setSeedingRules(rules);
}

} // namespace mutoscope::ui
