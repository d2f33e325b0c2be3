#pragma once

#include <map>

#include <QWidget>

#include "p2p/node/node.h"

class QGridLayout;
class QLabel;
class QScrollArea;

namespace mutoscope::ui
{

class Button;
class FilmCard;
class Spinner;

/// Films that can be watched: cards of what the tracker's catalogue has, the newest, or those that were searched for. Asks for the
/// first page when it is shown.
class HomePage : public QWidget
{
    Q_OBJECT

public:
    explicit HomePage(node::Node& node);

    /// Empty: the newest films.
    void search(const QString& text);

Q_SIGNALS:
    void filmChosen(const QString& link);
    void linkWanted(); ///< the person would rather type
    void shareWanted(const QString& title, const QString& link);

protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void ask(const QString& cursor);
    void take(const node::FilmPage& page);
    void takePoster(const base::ContentId& content, const QByteArray& picture);
    void offerMenu(FilmCard* card, const QPoint& at);
    void arrange();
    void clear();
    void say(const QString& sentence, const QString& button);

    node::Node& m_node;
    QString m_text;
    QString m_asked; ///< cursor of the page that is awaited
    QString m_next;
    bool m_waiting = false;
    bool m_begun = false;

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
};

} // namespace mutoscope::ui
