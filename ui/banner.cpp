#include "ui/banner.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QLabel>

#include "ui/theme.h"
#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

constexpr int bannerWidth = 620;
constexpr int markSize = 18;

} // namespace

Banner::Banner()
{
    setObjectName(u"filmBanner"_s);
    auto* mark = new QLabel;
    mark->setPixmap(themedIcon(u"alert"_s, colours(true).warning).pixmap(QSize(markSize, markSize), 2.0));
    m_sentence = makeParagraph(QString(), u"plain"_s, Ground::Film);
    m_buttonBox = new QWidget;
    m_buttons = new QHBoxLayout(m_buttonBox);
    m_buttons->setContentsMargins(0, 0, 0, 0);
    m_buttons->setSpacing(6);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(14, 8, 8, 8);
    row->setSpacing(10);
    row->addWidget(mark, 0, Qt::AlignVCenter);
    row->addWidget(m_sentence, 1);
    row->addWidget(m_buttonBox);
}

void Banner::present(const QString& sentence, const std::vector<node::WayOut>& waysOut)
{
    m_sentence->setText(sentence);
    if (waysOut == m_waysOut)
        return;
    m_waysOut = waysOut;
    while (QLayoutItem* item = m_buttons->takeAt(0)) {
        if (QWidget* old = item->widget()) {
            old->hide();
            old->deleteLater();
        }
        delete item;
    }
    for (const node::WayOut wayOut : m_waysOut) {
        auto* button = new Button(wayOutText(wayOut), QString(), Button::Kind::Plain, Ground::Film);
        m_buttons->addWidget(button);
        button->show();
        connect(button, &QPushButton::clicked, this, [this, wayOut] { Q_EMIT wayOutChosen(wayOut); });
    }
    m_buttonBox->setVisible(!m_waysOut.empty());
}

QSize Banner::fittingSize(int maxWidth) const
{
    const int width = std::min(maxWidth, bannerWidth);
    return {width, std::max(heightForWidth(width), minimumSizeHint().height())};
}

} // namespace mutoscope::ui
