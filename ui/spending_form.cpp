#include "ui/spending_form.h"

#include <algorithm>

#include <QCheckBox>
#include <QHBoxLayout>
#include <QRadioButton>

#include "ui/settings_store.h"
#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

constexpr int fieldLetters = 15; ///< as wide as so many letters
// What a choice begins with.
constexpr base::Tokens usualApproval(500'000);
constexpr base::Tokens usualCap(5'000'000);

} // namespace

const QString SpendingForm::Names::approveUpTo = u"viewing/approve-up-to"_s;
const QString SpendingForm::Names::dailyCap = u"viewing/daily-cap"_s;

SpendingForm::SpendingForm(SettingsStore& settings) : m_settings(settings)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    const auto addRow = [&](QAbstractButton* choice, TokenField* field, const QString& objectName) {
        choice->setAccessibleName(choice->text());
        field->setObjectName(objectName);
        field->setFixedWidth(fieldLetters * fontMetrics().averageCharWidth());
        auto* row = new QHBoxLayout;
        row->addWidget(choice, 1);
        row->addWidget(field);
        column->addLayout(row);
    };
    m_ask = new QRadioButton(tr("Ask before each film"));
    m_ask->setObjectName(u"alwaysAsk"_s);
    m_ask->setAccessibleName(m_ask->text());
    column->addWidget(m_ask);
    m_approve = new QRadioButton(tr("Don't ask up to, in tokens:"));
    m_approve->setObjectName(u"dontAsk"_s);
    m_upTo = new TokenField(tr("Play without asking up to this price for all of a film, in tokens"));
    addRow(m_approve, m_upTo, u"approveUpTo"_s);
    m_hasCap = new QCheckBox(tr("In a day at most, in tokens:"));
    m_hasCap->setObjectName(u"hasDailyCap"_s);
    m_cap = new TokenField(tr("All films of a day may cost so much, in tokens"));
    addRow(m_hasCap, m_cap, u"dailyCap"_s);

    const base::Tokens upTo = kept(Names::approveUpTo);
    const base::Tokens cap = kept(Names::dailyCap);
    (upTo.value() > 0 ? m_approve : m_ask)->setChecked(true);
    m_upTo->setAmount(upTo.value() > 0 ? upTo : usualApproval);
    m_upTo->setEnabled(upTo.value() > 0);
    m_hasCap->setChecked(cap.value() > 0);
    m_cap->setAmount(cap.value() > 0 ? cap : usualCap);
    m_cap->setEnabled(cap.value() > 0);
    connect(m_approve, &QRadioButton::toggled, this, &SpendingForm::takeApproval);
    connect(m_upTo, &QLineEdit::textEdited, this, &SpendingForm::takeApproval);
    connect(m_hasCap, &QCheckBox::toggled, this, &SpendingForm::takeDailyCap);
    connect(m_cap, &QLineEdit::textEdited, this, &SpendingForm::takeDailyCap);
}

base::Tokens SpendingForm::kept(const QString& name) const
{
    return base::Tokens(std::clamp<std::int64_t>(m_settings.value(name, 0).toLongLong(), 0, base::maxInteger));
}

/// What is no amount yet changes nothing.
void SpendingForm::takeApproval()
{
    m_upTo->setEnabled(m_approve->isChecked());
    const auto amount = m_approve->isChecked() ? m_upTo->amount() : std::optional(base::Tokens());
    if (!amount)
        return;
    m_settings.setValue(Names::approveUpTo, static_cast<qlonglong>(amount->value()));
    Q_EMIT approvalChosen(*amount);
}

void SpendingForm::takeDailyCap()
{
    m_cap->setEnabled(m_hasCap->isChecked());
    const auto amount = m_hasCap->isChecked() ? m_cap->amount() : std::optional(base::Tokens());
    if (!amount)
        return;
    m_settings.setValue(Names::dailyCap, static_cast<qlonglong>(amount->value()));
    Q_EMIT dailyCapChosen(*amount);
}

} // namespace mutoscope::ui
