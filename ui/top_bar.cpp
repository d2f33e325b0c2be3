#include "ui/top_bar.h"

#include <algorithm>

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QUrl>

#include "ui/format.h"
#include "ui/link_list.h"
#include "ui/theme.h"
#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

constexpr int longestPaste = 64 * 1024; // several links may be pasted
constexpr int widestField = 620;

} // namespace

TopBar::TopBar()
{
    setObjectName(u"topBar"_s);
    m_link = new QLineEdit;
    m_link->setObjectName(u"linkField"_s);
    m_link->setAccessibleName(tr("Search, or link to a film"));
    m_link->setPlaceholderText(tr("Search, or paste a mutoscope: link"));
    m_link->setMaxLength(longestPaste);
    m_link->setMaximumWidth(widestField);
    m_link->setClearButtonEnabled(false);
    m_problem = makeLabel(QString(), u"problem"_s);
    m_problem->setObjectName(u"linkProblem"_s);
    m_problem->hide();
    m_share = new IconButton(u"link"_s, tr("Share this film"));
    m_share->setObjectName(u"share"_s);
    m_share->hide();
    m_balance = new Button(unknownText(), u"coin"_s, Button::Kind::Chip);
    m_balance->setObjectName(u"balance"_s);
    m_balance->setFocusPolicy(Qt::TabFocus);

    auto* row = new QHBoxLayout;
    row->setSpacing(12);
    row->addStretch(1);
    row->addWidget(m_link, 8);
    row->addWidget(m_share);
    row->addStretch(1);
    row->addWidget(m_balance);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 8, 12, 8);
    column->setSpacing(4);
    column->addLayout(row);
    column->addWidget(m_problem, 0, Qt::AlignHCenter);

    connect(m_link, &QLineEdit::returnPressed, this, &TopBar::enter);
    connect(m_link, &QLineEdit::textEdited, this, [this] { setProblem({}); });
    connect(m_share, &QAbstractButton::clicked, this, &TopBar::sharePressed);
    connect(m_balance, &QPushButton::clicked, this, &TopBar::balancePressed);
}

QString TopBar::problemOf(const QString& text)
{
    if (!linksIn(text).empty() || !text.contains(u"://"_s))
        return {};
    return tr("That is not a link to a film: it has to begin with “mutoscope:”.");
}

void TopBar::enter()
{
    const QString link = m_link->text().trimmed();
    const QString problem = problemOf(link);
    setProblem(problem);
    if (!problem.isEmpty())
        return;
    if (linksIn(link).empty()) {
        m_link->clearFocus();
        Q_EMIT wordsEntered(link);
        return;
    }
    m_link->clear();
    m_link->clearFocus(); // the keys are the film's again
    Q_EMIT linkEntered(link);
}

void TopBar::setProblem(const QString& problem)
{
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    setStyleProperty(m_link, "bad", !problem.isEmpty());
    Q_EMIT problemChanged();
}

void TopBar::setShareable(bool on)
{
    m_share->setVisible(on);
}

void TopBar::focusLinkField()
{
    m_link->setFocus(Qt::ShortcutFocusReason);
    m_link->selectAll();
}

void TopBar::refresh(const node::Wallet& wallet)
{
    // What a contract reserves is still one's own until it is receipted: so this counts down while a film plays.
    std::optional<base::Tokens> left = wallet.spend;
    if (left && wallet.locked)
        *left += std::max(*wallet.locked - wallet.owed, base::Tokens());
    const QString amount = formatOwn(left);
    m_balance->setText(amount);
    setStyleProperty(m_balance, "stale", wallet.stale || !left);
    QString tip = tr("To spend: %1 tokens").arg(amount);
    if (!left)
        tip = tr("What you can spend is not known yet");
    else if (wallet.stale)
        tip = tr("To spend, when the tracker last answered: %1 tokens").arg(amount);
    else if (wallet.locked > base::Tokens())
        tip += tr(", %1 of it reserved in contracts").arg(formatOwn(std::max(*wallet.locked - wallet.owed, base::Tokens())));
    m_balance->setToolTip(tip);
    m_balance->setAccessibleName(tip);
}

} // namespace mutoscope::ui
