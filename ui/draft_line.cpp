#include "ui/draft_line.h"

#include <QHBoxLayout>
#include <QLabel>

#include "ui/format.h"
#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{

DraftLine::DraftLine(const QString& workFolder) : m_box(workFolder.toStdString())
{
    setObjectName(u"draftLine"_s);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    m_sentence = makeParagraph(QString(), QString());
    m_sentence->setObjectName(u"draftSentence"_s);
    m_discard = new Button(tr("Discard"), QString(), Button::Kind::Quiet);
    m_discard->setObjectName(u"discardDraft"_s);
    m_goOn = new Button(tr("Go on"), QString(), Button::Kind::Plain);
    m_goOn->setObjectName(u"goOnWithDraft"_s);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(m_sentence, 1);
    row->addWidget(m_discard);
    row->addWidget(m_goOn);
    connect(m_discard, &QPushButton::clicked, this, &DraftLine::discard);
    connect(m_goOn, &QPushButton::clicked, this, [this] { Q_EMIT goOnWanted(m_drafts.front()); });
    refresh();
}

void DraftLine::refresh()
{
    m_drafts = m_box.list();
    setVisible(!m_drafts.empty());
    if (m_drafts.empty())
        return;
    const node::Draft& first = m_drafts.front();
    const QString title = fromUtf8(first.title);
    m_sentence->setText(first.playlist.empty() ? tr("“%1” was not published to its end. It is cut into segments from the beginning.").arg(title)
                                               : tr("“%1” was not published to its end. It is cut into segments; what is missing is to store them.").arg(title));
    m_goOn->setAccessibleName(tr("Go on with publishing “%1”").arg(title));
    m_discard->setAccessibleName(tr("Discard “%1”").arg(title));
}

void DraftLine::discard()
{
    if (const auto work = m_box.take(m_drafts.front()))
        (*work)->remove();
    refresh();
}

} // namespace mutoscope::ui
