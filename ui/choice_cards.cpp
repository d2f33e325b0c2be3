#include "ui/choice_cards.h"

#include <QHBoxLayout>
#include <QLabel>

#include "ui/format.h"
#include "ui/widgets.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace mutoscope::ui
{
namespace
{

/// The quiet answer to the left of the one that Enter gives.
QHBoxLayout* rowOf(Button* quiet, Button* main)
{
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addStretch();
    row->addWidget(quiet);
    row->addWidget(main);
    return row;
}

QVBoxLayout* columnOf(QWidget* card)
{
    auto* column = new QVBoxLayout(card);
    column->setContentsMargins(22, 18, 22, 18);
    column->setSpacing(8);
    return column;
}

} // namespace

ResumeCard::ResumeCard()
{
    m_title = new ElidedLabel(u"heading"_s, Ground::Film);
    auto* start = new Button(tr("From the start"), QString(), Button::Kind::Quiet, Ground::Film);
    start->setObjectName(u"fromStart"_s);
    m_resume = new Button(tr("Resume"), u"play"_s, Button::Kind::Primary, Ground::Film);
    m_resume->setObjectName(u"resume"_s);
    auto* column = columnOf(this);
    column->addWidget(m_title);
    column->addSpacing(6);
    column->addLayout(rowOf(start, m_resume));
    connect(start, &QPushButton::clicked, this, [this] { Q_EMIT chosen(0ms); });
    connect(m_resume, &QPushButton::clicked, this, [this] { Q_EMIT chosen(m_position); });
}

void ResumeCard::present(const Overlay& overlay)
{
    m_title->setWhole(overlay.title);
    m_position = overlay.resumeAt;
    m_resume->setText(tr("Resume at %1").arg(formatTime(m_position.count())));
    m_resume->setAccessibleName(m_resume->text());
}

NextCard::NextCard()
{
    m_title = new ElidedLabel(u"heading"_s, Ground::Film);
    m_sentence = makeLabel(QString(), u"caption"_s, Ground::Film);
    auto* stay = new Button(tr("Stay here"), QString(), Button::Kind::Quiet, Ground::Film);
    stay->setObjectName(u"stay"_s);
    m_now = new Button(tr("Play now"), u"play"_s, Button::Kind::Primary, Ground::Film);
    m_now->setObjectName(u"playNext"_s);
    auto* column = columnOf(this);
    column->addWidget(m_sentence);
    column->addWidget(m_title);
    column->addSpacing(6);
    column->addLayout(rowOf(stay, m_now));
    connect(stay, &QPushButton::clicked, this, &NextCard::stayWanted);
    connect(m_now, &QPushButton::clicked, this, &NextCard::nowWanted);
}

void NextCard::present(const Overlay& overlay)
{
    m_title->setWhole(overlay.title);
    m_sentence->setText(overlay.sentence);
}

} // namespace mutoscope::ui
