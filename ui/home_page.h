#pragma once

#include <set>
#include <vector>

#include <QTimer>
#include <QWidget>

#include "p2p/node/node.h"

class QGridLayout;
class QLabel;
class QScrollArea;

namespace mutoscope::ui
{

class Button;
class FilmCard;
class ResumePoints;
class Spinner;

/// Films that can be watched: those that were left in their middle, and cards of what the tracker's catalogue has, the newest, or those
/// that were searched for. Asks for the first page when it is shown, and for what is seen of it, whether its seeders are there.
class HomePage : public QWidget
{
    Q_OBJECT

public:
    HomePage(node::Node& node, const ResumePoints& resumePoints);

    /// Empty: the newest films.
    void search(const QString& text);
    /// The node's snapshot is another one.
    void refresh();

Q_SIGNALS:
    void filmChosen(const QString& link);
    void linkWanted(); ///< the person would rather type
    void trackerWanted();
    void shareWanted(const QString& title, const QString& link);

protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    enum class WayOn { None, TryAgain, PasteLink, AllFilms, ChooseTracker };
    struct Left { ///< a film that was left there
        base::ContentId content;
        std::int64_t ms = 0;
        bool operator==(const Left&) const = default;
    };

    void build();
    void ask(const QString& cursor);
    void take(const node::FilmPage& page);
    void takePoster(const base::ContentId& content, const QByteArray& picture);
    void takeHealth(const node::FilmHealth& health);
    void checkWhatIsSeen();
    void refreshContinue();
    [[nodiscard]] FilmCard* makeCard(node::FoundFilm film);
    void offerMenu(FilmCard* card, const QPoint& at);
    void arrange();
    void clear();
    void say(const QString& sentence, WayOn way);
    void goOn();

    node::Node& m_node;
    const ResumePoints& m_resumePoints;
    QString m_text;
    QString m_asked; ///< cursor of the page that is awaited
    QString m_next;
    QString m_tracker; ///< whose films are shown
    bool m_waiting = false;
    bool m_begun = false;
    bool m_awaitsTracker = false; ///< which did not answer when the last page was asked for
    WayOn m_way = WayOn::None;
    QTimer m_looks; ///< at what is seen

    QLabel* m_continueHeading = nullptr;
    QGridLayout* m_continueGrid = nullptr;
    std::vector<FilmCard*> m_continue;
    std::vector<Left> m_left; ///< that these cards show
    QLabel* m_heading = nullptr;
    QScrollArea* m_scroll = nullptr;
    QWidget* m_list = nullptr;
    QGridLayout* m_grid = nullptr;
    Button* m_more = nullptr;
    QWidget* m_empty = nullptr;
    QLabel* m_sentence = nullptr;
    Button* m_button = nullptr; ///< the one thing to do where there are no films
    Spinner* m_spinner = nullptr;
    std::vector<FilmCard*> m_cards;
    std::set<base::ContentId> m_checked; ///< of these, whose seeders were asked
};

} // namespace mutoscope::ui
