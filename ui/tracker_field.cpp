#include "ui/tracker_field.h"

#include <QLabel>
#include <QLineEdit>
#include <QVBoxLayout>

#include "p2p/node/known_tracker.h"
#include "ui/link_list.h"
#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{

TrackerField::TrackerField()
{
    m_link = new QLineEdit;
    m_link->setObjectName(u"trackerLink"_s);
    m_link->setAccessibleName(tr("Link of a wallet tracker, or of a film that names one"));
    m_link->setPlaceholderText(u"https://…  mutoscope:…"_s);
    m_problem = makeParagraph(QString(), u"problem"_s);
    m_problem->setObjectName(u"trackerProblem"_s);
    m_problem->hide();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(m_link);
    column->addWidget(m_problem);
    setFocusProxy(m_link);
    connect(m_link, &QLineEdit::textChanged, this, &TrackerField::read);
}

void TrackerField::setTracker(const QString& link)
{
    m_link->setText(link);
    m_link->setCursorPosition(0);
}

bool TrackerField::isWrong() const
{
    return m_tracker.isEmpty() && !m_link->text().trimmed().isEmpty();
}

bool TrackerField::isBeingTyped() const
{
    return m_link->hasFocus() || m_link->isModified();
}

void TrackerField::read()
{
    const QString text = m_link->text();
    m_tracker = node::trackerIn(text);
    const bool wrong = isWrong();
    m_problem->setText(!wrong                  ? QString()
                       : linksIn(text).empty() ? tr("This is neither a tracker's link (https://HOST:PORT/#key=…) nor a film's (mutoscope:…).")
                                               : tr("This film's link names no tracker. Ask whoever gave it to you which one to use."));
    m_problem->setVisible(wrong);
    setStyleProperty(m_link, "bad", wrong);
    Q_EMIT edited();
}

} // namespace mutoscope::ui
