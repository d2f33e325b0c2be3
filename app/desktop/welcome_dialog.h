#pragma once

#include <functional>

#include <QDialog>

class QLabel;
class QLineEdit;
class QPushButton;

namespace mutoscope::app
{

/// The first start, where no tracker is known: says what a tracker is, takes its link or a film's that names one, and offers to try
/// everything on this machine. UI thread.
class WelcomeDialog final : public QDialog
{
    Q_OBJECT

public:
    /// Starts a private network around this film, and says whether it could.
    using Try = std::function<bool(const QString& film)>;

    /// Without `tryHere` nothing is offered to be tried.
    explicit WelcomeDialog(Try tryHere = {}, QWidget* parent = nullptr);

    /// What was entered, once accepted; a tracker's link.
    [[nodiscard]] QString tracker() const { return m_tracker; }

private:
    void read(const QString& text);
    void chooseFilm(const Try& tryHere);

    QLineEdit* m_link = nullptr;
    QLabel* m_problem = nullptr;
    QPushButton* m_go = nullptr;
    QString m_tracker;
};

} // namespace mutoscope::app
