#include "ui/stage_cards.h"

#include <set>
#include <tuple>

#include <QComboBox>
#include <QCoreApplication>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>

#include "ui/format.h"
#include "ui/sentences.h"
#include "ui/theme.h"
#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

constexpr int gap = 12;
constexpr int markSize = 18;

QVBoxLayout* columnOf(QWidget* card)
{
    auto* column = new QVBoxLayout(card);
    column->setContentsMargins(22, 18, 22, 18);
    column->setSpacing(8);
    return column;
}

QLabel* figure(const QString& name)
{
    QLabel* label = makeLabel(unknownText(), u"plain"_s, Ground::Film);
    label->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    label->setAccessibleName(name);
    return label;
}

void addRow(QGridLayout* grid, const QString& name, QWidget* value)
{
    const int row = grid->rowCount();
    grid->addWidget(makeLabel(name, u"muted"_s, Ground::Film), row, 0);
    grid->addWidget(value, row, 1);
}

QString tokens(const QString& amount)
{
    return QCoreApplication::translate("mutoscope::ui", "%1 tokens").arg(amount);
}

} // namespace

// ---- ProgressCard ----

ProgressCard::ProgressCard()
{
    auto* column = columnOf(this);
    m_title = new ElidedLabel(u"heading"_s, Ground::Film);
    column->addWidget(m_title);
    column->addSpacing(4);
    for (Row& row : m_rows) {
        row.mark = new QLabel;
        row.mark->setFixedSize(markSize, markSize);
        row.spinner = new Spinner(markSize);
        row.name = makeLabel(QString(), u"plain"_s, Ground::Film);
        auto* line = new QHBoxLayout;
        line->setSpacing(10);
        line->addWidget(row.mark);
        line->addWidget(row.spinner);
        line->addWidget(row.name, 1);
        column->addLayout(line);
    }
    column->addSpacing(4);
    auto* cancel = new Button(tr("Cancel"), QString(), Button::Kind::Quiet, Ground::Film);
    column->addWidget(cancel, 0, Qt::AlignRight);
    connect(cancel, &QPushButton::clicked, this, &ProgressCard::cancelled);
}

void ProgressCard::present(const Overlay& overlay)
{
    m_title->setWhole(overlay.title);
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        Row& row = m_rows.at(i);
        const bool there = i < overlay.steps.size();
        row.name->setVisible(there);
        const StepState state = there ? overlay.steps[i].state : StepState::Ahead;
        row.spinner->setVisible(there && state == StepState::Now);
        row.mark->setVisible(there && state != StepState::Now);
        if (!there)
            continue;
        row.name->setText(overlay.steps[i].name);
        setStyleProperty(row.name, "role", state == StepState::Now ? u"plain"_s : u"muted"_s);
        row.mark->setPixmap(
            state == StepState::Done
                ? themedIcon(u"check"_s, colours(true).accent).pixmap(QSize(markSize, markSize), devicePixelRatioF())
                : QPixmap());
    }
}

// ---- ApprovalCard ----

ApprovalCard::ApprovalCard()
{
    auto* column = columnOf(this);
    m_title = new ElidedLabel(u"heading"_s, Ground::Film);
    m_about = new ElidedLabel(u"caption"_s, Ground::Film);
    column->addWidget(m_title);
    column->addWidget(m_about);
    column->addSpacing(2);

    m_price = figure(tr("Price for all of it"));
    setStyleProperty(m_price, "role", u"heading"_s);
    m_holds = figure(tr("Your wallet holds"));
    m_cap = new TokenField(tr("Reserve at most, in tokens"), Ground::Film);
    m_cap->setFixedWidth(120);
    auto* capCell = new QWidget;
    auto* capRow = new QHBoxLayout(capCell);
    capRow->setContentsMargins(0, 0, 0, 0);
    capRow->addStretch();
    capRow->addWidget(m_cap);
    capRow->addWidget(makeLabel(tr("tokens"), u"plain"_s, Ground::Film));

    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(24);
    grid->setVerticalSpacing(8);
    grid->setColumnStretch(1, 1);
    addRow(grid, tr("Price for all of it"), m_price);
    addRow(grid, tr("Reserve at most"), capCell);
    m_readAhead = new QComboBox;
    m_readAhead->setObjectName(u"readAhead"_s);
    m_readAhead->setAccessibleName(tr("Bought ahead of what is watched"));
    setStyleProperty(m_readAhead, "onFilm", true);
    auto* aheadCell = new QWidget;
    auto* aheadRow = new QHBoxLayout(aheadCell);
    aheadRow->setContentsMargins(0, 0, 0, 0);
    aheadRow->addStretch();
    aheadRow->addWidget(m_readAhead);
    addRow(grid, tr("Bought ahead"), aheadCell);
    addRow(grid, tr("Your wallet holds"), m_holds);
    column->addLayout(grid);
    m_hint = makeParagraph(QString(), u"caption"_s, Ground::Film);
    column->addSpacing(2);
    column->addWidget(m_hint);
    column->addSpacing(6);

    m_play = new Button(tr("Play"), u"play"_s, Button::Kind::Primary, Ground::Film);
    m_play->setObjectName(u"approve"_s);
    m_topUp = new Button(tr("Top up"), QString(), Button::Kind::Plain, Ground::Film);
    auto* notNow = new Button(tr("Not now"), QString(), Button::Kind::Quiet, Ground::Film);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addStretch();
    buttons->addWidget(notNow);
    buttons->addWidget(m_topUp);
    buttons->addWidget(m_play);
    column->addLayout(buttons);

    connect(m_cap, &QLineEdit::textChanged, this, &ApprovalCard::judge);
    connect(m_cap, &QLineEdit::returnPressed, m_play, &QPushButton::click);
    connect(m_readAhead, &QComboBox::activated, this,
            [this] { Q_EMIT readAheadChosen(std::chrono::seconds(m_readAhead->currentData().toInt())); });
    connect(notNow, &QPushButton::clicked, this, &ApprovalCard::cancelled);
    connect(m_topUp, &QPushButton::clicked, this, &ApprovalCard::topUpWanted);
    connect(m_play, &QPushButton::clicked, this, [this] {
        if (const auto cap = m_cap->amount())
            Q_EMIT approved(*cap);
    });
}

void ApprovalCard::present(const node::Viewing& viewing, const node::Wallet& wallet)
{
    m_title->setWhole(fromUtf8(viewing.title));
    QStringList about;
    if (viewing.durationMs > 0)
        about << formatTime(viewing.durationMs);
    if (viewing.pricePerMiB)
        about << tr("%1 tokens for each MiB").arg(formatTokens(*viewing.pricePerMiB));
    if (!viewing.seeder.empty())
        about << tr("seeder %1").arg(fromUtf8(viewing.seeder));
    if (viewing.permitExpires)
        about.prepend(tr("your permit ends on %1").arg(formatMoment(*viewing.permitExpires)));
    m_about->setWhole(about.join(u" · "_s));

    m_priceOfRest = viewing.priceOfRest;
    m_mostCap = viewing.mostCap;
    m_free = wallet.spend;
    m_price->setText(viewing.priceOfRest ? tokens(formatTokens(*viewing.priceOfRest)) : unknownText());
    m_holds->setText(wallet.spend ? tokens(formatOwn(*wallet.spend)) : unknownText());
    if (m_content != viewing.content) {
        m_content = viewing.content;
        auto cap = viewing.cap ? viewing.cap : viewing.priceOfRest;
        // No more than there is, as long as that is enough for all of the film.
        if (cap && wallet.spend && *wallet.spend < *cap && viewing.priceOfRest && *viewing.priceOfRest <= *wallet.spend)
            cap = wallet.spend;
        if (cap)
            m_cap->setAmount(*cap);
        else
            m_cap->clear();
    }
    judge();
}

void ApprovalCard::setReadAhead(std::chrono::milliseconds readAhead)
{
    std::set<int> offered{10, 30, 60, 120, 300};
    const auto chosen = static_cast<int>(std::chrono::duration_cast<std::chrono::seconds>(readAhead).count());
    offered.insert(chosen);
    m_readAhead->clear();
    for (const int seconds : offered)
        m_readAhead->addItem(seconds < 120 ? tr("up to %1 s").arg(seconds) : tr("up to %1 min").arg(QLocale().toString(seconds / 60.0)), seconds);
    m_readAhead->setCurrentIndex(m_readAhead->findData(chosen));
}

void ApprovalCard::judge()
{
    const auto cap = m_cap->amount();
    const bool tooLittle = cap && m_free && *m_free < *cap;
    m_topUp->setVisible(tooLittle);
    const bool overLimit = cap && m_mostCap && *m_mostCap < *cap;
    m_play->setEnabled(cap && cap->value() > 0 && !tooLittle && !overLimit);
    QString hint = tr("Only what you watch is paid; the rest comes back.");
    QString role = u"caption"_s;
    if (!cap) {
        hint = tr("Type an amount, such as %1.").arg(formatTokens(base::Tokens(500'000)));
        role = u"warning"_s;
    } else if (tooLittle) {
        hint = tr("That is more than your wallet holds.");
        role = u"warning"_s;
    } else if (overLimit) {
        hint = tr("Today's limit leaves %1 tokens. It can be raised in the settings.").arg(formatOwn(*m_mostCap));
        role = u"warning"_s;
    } else if (m_priceOfRest && m_mostCap && *cap < *m_priceOfRest && *cap == *m_mostCap) {
        hint = tr("Today's limit leaves no more: the film will stop on the way.");
        role = u"warning"_s;
    } else if (m_priceOfRest && *cap < *m_priceOfRest) {
        hint = tr("That is not enough for all of it: the film will stop on the way.");
        role = u"warning"_s;
    }
    m_hint->setText(hint);
    setStyleProperty(m_hint, "role", role);
}

// ---- ProblemCard ----

ProblemCard::ProblemCard()
{
    auto* column = columnOf(this);
    m_title = makeParagraph(QString(), u"heading"_s, Ground::Film);
    m_sentence = makeParagraph(QString(), u"plain"_s, Ground::Film);
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column->addWidget(m_title);
    column->addWidget(m_sentence);

    m_cap = new TokenField(tr("New cap, in tokens"), Ground::Film);
    m_cap->setFixedWidth(120);
    m_capRow = new QWidget;
    auto* row = new QHBoxLayout(m_capRow);
    row->setContentsMargins(0, 4, 0, 0);
    row->addWidget(makeLabel(tr("Reserve at most"), u"muted"_s, Ground::Film));
    row->addStretch();
    row->addWidget(m_cap);
    row->addWidget(makeLabel(tr("tokens"), u"plain"_s, Ground::Film));
    column->addWidget(m_capRow);
    column->addSpacing(6);

    m_buttons = new QHBoxLayout;
    m_buttons->setSpacing(8);
    column->addLayout(m_buttons);
    connect(m_cap, &QLineEdit::textChanged, this, &ProblemCard::judge);
}

void ProblemCard::present(const Overlay& overlay, const node::Viewing& viewing)
{
    m_title->setText(overlay.title);
    m_sentence->setText(overlay.sentence);
    const auto buttons = [](const Overlay& of) { return std::tie(of.waysOut, of.retryPlayer, of.reopen, of.otherFilm, of.ownKey, of.command); };
    if (!m_built || buttons(overlay) != buttons(*m_built))
        rebuild(overlay);
    if (viewing.cap != m_oldCap || m_cap->text().isEmpty()) {
        m_oldCap = viewing.cap;
        const base::Tokens old = viewing.cap.value_or(base::Tokens(0));
        // Enough for the rest is what somebody who comes here most likely wants.
        const base::Tokens more = old + viewing.priceOfRest.value_or(old);
        m_cap->setAmount(more.value() > 0 ? more : base::Tokens(1'000'000));
    }
    judge();
}

void ProblemCard::rebuild(const Overlay& overlay)
{
    m_built = overlay;
    m_first = nullptr;
    m_raise = nullptr;
    while (QLayoutItem* item = m_buttons->takeAt(0)) {
        if (QWidget* old = item->widget()) {
            old->hide();
            old->deleteLater();
        }
        delete item;
    }
    auto* close = new Button(tr("Close"), QString(), Button::Kind::Quiet, Ground::Film);
    connect(close, &QPushButton::clicked, this, &ProblemCard::cancelled);
    m_buttons->addStretch();
    m_buttons->addWidget(close);
    close->show();

    // The first way out is the one that the node thinks most of: it stands last, where the eye ends, and Enter takes
    // it.
    const auto add = [this](const QString& text, const QString& iconName) {
        auto* button = new Button(text, iconName, m_first ? Button::Kind::Plain : Button::Kind::Primary, Ground::Film);
        m_buttons->insertWidget(m_first ? m_buttons->count() - 1 : m_buttons->count(), button);
        button->show(); // or it counts for the size only after the next turn of the event loop
        if (!m_first)
            m_first = button;
        return button;
    };
    if (overlay.retryPlayer)
        connect(add(wayOutText(node::WayOut::Retry), u"retry"_s), &QPushButton::clicked, this,
                &ProblemCard::playerRetryWanted);
    if (overlay.reopen)
        connect(add(tr("Try again"), u"retry"_s), &QPushButton::clicked, this, &ProblemCard::reopenWanted);
    if (overlay.ownKey) {
        Button* copy = add(tr("Copy your key"), u"copy"_s);
        copy->setObjectName(u"copyOwnKey"_s);
        connect(copy, &QPushButton::clicked, this, [copy, key = *overlay.ownKey] { copyText(key, copy); });
    }
    if (overlay.otherFilm)
        connect(add(overlay.ownKey ? tr("Paste the link") : tr("Paste another link"), u"link"_s), &QPushButton::clicked, this, &ProblemCard::linkWanted);
    if (!overlay.command.isEmpty()) {
        Button* copy = add(tr("Copy the command"), u"copy"_s);
        copy->setToolTip(overlay.command);
        connect(copy, &QPushButton::clicked, this, [copy, command = overlay.command] { copyText(command, copy); });
    }
    for (const node::WayOut wayOut : overlay.waysOut) {
        Button* button = add(wayOutText(wayOut), wayOut == node::WayOut::Retry ? u"retry"_s : QString());
        if (wayOut == node::WayOut::RaiseCap) {
            m_raise = button;
            connect(button, &QPushButton::clicked, this, [this] {
                if (const auto cap = m_cap->amount())
                    Q_EMIT capRaised(*cap);
            });
            connect(m_cap, &QLineEdit::returnPressed, button, &QPushButton::click);
        } else {
            connect(button, &QPushButton::clicked, this, [this, wayOut] { Q_EMIT wayOutChosen(wayOut); });
        }
    }
    m_capRow->setVisible(m_raise != nullptr);
}

void ProblemCard::judge()
{
    if (!m_raise)
        return;
    const auto cap = m_cap->amount();
    m_raise->setEnabled(cap && cap->value() > 0 && (!m_oldCap || *m_oldCap < *cap));
}

// ---- DoneCard ----

DoneCard::DoneCard()
{
    auto* column = columnOf(this);
    m_title = new ElidedLabel(u"heading"_s, Ground::Film);
    column->addWidget(m_title);
    m_spent = figure(tr("Spent"));
    m_returned = figure(tr("Came back"));
    m_receipted = figure(tr("Segments receipted"));
    setStyleProperty(m_spent, "role", u"heading"_s);
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(24);
    grid->setVerticalSpacing(8);
    grid->setColumnStretch(1, 1);
    addRow(grid, tr("Spent"), m_spent);
    addRow(grid, tr("Came back"), m_returned);
    addRow(grid, tr("Segments receipted"), m_receipted);
    column->addLayout(grid);
    m_hint = makeParagraph(QString(), u"caption"_s, Ground::Film);
    column->addWidget(m_hint);
    column->addSpacing(2);

    auto* other = new Button(tr("Open another film"), QString(), Button::Kind::Quiet, Ground::Film);
    m_replay = new Button(tr("Replay"), u"retry"_s, Button::Kind::Primary, Ground::Film);
    m_replay->setObjectName(u"replay"_s);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addStretch();
    buttons->addWidget(other);
    buttons->addWidget(m_replay);
    column->addLayout(buttons);
    connect(other, &QPushButton::clicked, this, &DoneCard::linkWanted);
    connect(m_replay, &QPushButton::clicked, this, &DoneCard::replayWanted);
}

void DoneCard::present(const Overlay& overlay, const node::Viewing& viewing)
{
    m_title->setWhole(overlay.title);
    m_spent->setText(tokens(formatTokens(viewing.paid.value_or(viewing.spent))));
    m_returned->setText(viewing.returned ? tokens(formatTokens(*viewing.returned)) : unknownText());
    m_receipted->setText(viewing.segmentsTotal > 0
                             ? tr("%1 of %2").arg(viewing.segmentsReceipted).arg(viewing.segmentsTotal)
                             : unknownText());
    QString hint;
    if (viewing.stage == node::Stage::Failed && viewing.problem)
        hint = inLanguage(viewing.problem->sentence);
    else if (!viewing.paid && viewing.contractState && viewing.stage != node::Stage::Idle)
        hint = tr("Settling with the tracker …");
    m_hint->setText(hint);
    m_hint->setVisible(!hint.isEmpty());
    m_replay->setVisible(!viewing.gateway.isEmpty());
}

} // namespace mutoscope::ui
