#pragma once

#include <map>

#include <QWidget>

#include "p2p/base/clock.h"
#include "p2p/node/node.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QSortFilterProxyModel;
class QTableView;

namespace mutoscope::ui
{

class Button;
class LibraryModel;
class ResumePoints;

/// The films on this computer: watched, cached, published; what was left in its middle stands first. Each can be played, seeded and
/// removed.
class LibraryPage : public QWidget
{
    Q_OBJECT

public:
    LibraryPage(node::Node& node, const ResumePoints& resumePoints, const base::Clock& clock);

    /// Nothing while the page is hidden; it looks when it is shown.
    void refresh();

Q_SIGNALS:
    void filmChosen(const QString& link);
    void homeWanted();

protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void buildTable();
    QWidget* makeEmpty();
    [[nodiscard]] std::shared_ptr<const std::vector<node::LibraryFilm>> films();
    void makeKinds();
    void showKinds();
    void showTableOrSentence();
    void goOn();
    void showContinue(const std::vector<node::LibraryFilm>& films, const std::map<base::ContentId, std::int64_t>& left);
    void act(const QModelIndex& index);
    void remove(const node::LibraryFilm& film);

    node::Node& m_node;
    const ResumePoints& m_resumePoints;
    const base::Clock& m_clock;
    std::shared_ptr<const std::vector<node::LibraryFilm>> m_here;  ///< the node's list that m_films was made of
    std::vector<base::ContentId> m_permitted;                      ///< for which there were permits then
    std::shared_ptr<const std::vector<node::LibraryFilm>> m_films; ///< and films that there is a permit for
    LibraryModel* m_model = nullptr;
    QSortFilterProxyModel* m_filtered = nullptr;
    QWidget* m_head = nullptr;
    QLabel* m_space = nullptr;
    QComboBox* m_kinds = nullptr; ///< by LibraryModel::Kind
    QLineEdit* m_filter = nullptr;
    Button* m_continue = nullptr;
    QString m_continueLink;
    QTableView* m_table = nullptr;
    QWidget* m_empty = nullptr;
    QLabel* m_sentence = nullptr;
    Button* m_wayOn = nullptr; ///< the one thing to do where no film is shown
};

} // namespace mutoscope::ui
