#pragma once

#include <QWidget>

#include "ui/overlay.h"

class QLabel;

namespace mutoscope::ui
{

class Button;
class ElidedLabel;

/// A film that was left in its middle is opened again: from where?
class ResumeCard : public QWidget
{
    Q_OBJECT

public:
    ResumeCard();
    void present(const Overlay& overlay);
    [[nodiscard]] Button* mainButton() const { return m_resume; }

Q_SIGNALS:
    void chosen(std::chrono::milliseconds position);

private:
    std::chrono::milliseconds m_position{0};
    ElidedLabel* m_title = nullptr;
    Button* m_resume = nullptr;
};

/// Between two films of a list, as long as the next one can be held back.
class NextCard : public QWidget
{
    Q_OBJECT

public:
    NextCard();
    void present(const Overlay& overlay);
    [[nodiscard]] Button* mainButton() const { return m_now; }

Q_SIGNALS:
    void nowWanted();
    void stayWanted();

private:
    ElidedLabel* m_title = nullptr;
    QLabel* m_sentence = nullptr;
    Button* m_now = nullptr;
};

} // namespace mutoscope::ui
