#pragma once

#include <QWidget>

#include "p2p/node/draft_box.h"

class QLabel;

namespace mutoscope::ui
{

class Button;

/// A film that was not published to its end, with what can be done about it; nothing where there is none.
class DraftLine : public QWidget
{
    Q_OBJECT

public:
    explicit DraftLine(const QString& workFolder);

    /// Looks into the folder.
    void refresh();

Q_SIGNALS:
    void goOnWanted(const mutoscope::node::Draft& draft);

private:
    void discard();

    node::DraftBox m_box;
    std::vector<node::Draft> m_drafts; ///< the first one is shown
    QLabel* m_sentence = nullptr;
    Button* m_discard = nullptr;
    Button* m_goOn = nullptr;
};

} // namespace mutoscope::ui
