#pragma once

#include <QFrame>

#include "ui/overlay.h"

class QHBoxLayout;
class QLabel;

namespace mutoscope::ui
{

/// A problem while the film goes on: small, above, never in the way.
class Banner : public QFrame
{
    Q_OBJECT

public:
    Banner();
    void present(const QString& sentence, const std::vector<node::WayOut>& waysOut);
    [[nodiscard]] QSize fittingSize(int maxWidth) const;

Q_SIGNALS:
    void wayOutChosen(mutoscope::node::WayOut wayOut);

private:
    QLabel* m_sentence = nullptr;
    QWidget* m_buttonBox = nullptr;
    QHBoxLayout* m_buttons = nullptr;
    std::vector<node::WayOut> m_waysOut;
};

} // namespace mutoscope::ui
