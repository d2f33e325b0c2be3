#include "ui/span_chart.h"

#include <QButtonGroup>
#include <QDateTime>
#include <QHBoxLayout>
#include <QLabel>

#include "ui/format.h"
#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{

SpanChart::SpanChart(const base::Clock& clock, Bars bars) : m_clock(clock), m_bars(std::move(bars))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    m_sums = makeParagraph(QString(), u"caption"_s);
    m_sums->setObjectName(u"spanSum"_s);
    m_chart = new BarChart;
    auto* row = new QHBoxLayout;
    row->setSpacing(4);
    row->addWidget(m_sums, 1);
    auto* group = new QButtonGroup(this);
    for (const auto& [span, name] : {std::pair{Span::Today, tr("Today")}, {Span::Week, tr("7 days")}, {Span::Month, tr("30 days")}}) {
        auto* button = new Button(name, QString(), Button::Kind::Quiet);
        button->setCheckable(true);
        button->setChecked(span == m_span);
        group->addButton(button);
        connect(button, &QPushButton::clicked, this, [this, span = span] {
            m_span = span;
            refresh();
        });
        row->addWidget(button);
    }
    column->addLayout(row);
    column->addWidget(m_chart);
}

void SpanChart::refresh()
{
    const base::UnixMs now = m_clock.now();
    auto series = m_bars(m_span, now);
    const int places = series.empty() ? 0 : static_cast<int>(series.front().amounts.size());
    const QDate today = QDateTime::fromMSecsSinceEpoch(now.value()).date();
    QStringList labels;
    for (int i = 0; i < places; ++i)
        labels << (m_span == Span::Today ? QLocale().toString(QTime(i, 0), QLocale::ShortFormat) : QLocale().toString(today.addDays(i + 1 - places), QLocale::ShortFormat));
    QStringList sums;
    for (const BarChart::Series& each : series) {
        const QString sum = tr("%1 tokens").arg(formatOwn(sumOf(each.amounts)));
        sums << (series.size() == 1 ? sum : u"%1 %2"_s.arg(each.name, sum));
    }
    m_sums->setText(sums.isEmpty() ? unknownText() : sums.join(u" · "_s));
    m_chart->setBars(std::move(series), labels);
}

} // namespace mutoscope::ui
