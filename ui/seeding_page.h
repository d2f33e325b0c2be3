#pragma once

#include <QWidget>

#include "p2p/node/node.h"
#include "ui/film_packager.h"

class QLabel;
class QTableView;

namespace mutoscope::ui
{

class Button;
class SeedingModel;

/// What this node gives to others and what that earned.
class SeedingPage : public QWidget
{
    Q_OBJECT

public:
    /// Films are packaged in `workFolder`.
    SeedingPage(node::Node& node, FilmPackagerFactory packager, QString workFolder);

    void refresh();
    void publish(const QString& file);
    /// Asks for a video file, and publishes it.
    void chooseFile();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void buildTable();
    QWidget* makeEmpty();
    void fitColumns();

    node::Node& m_node;
    FilmPackagerFactory m_packager;
    QString m_workFolder;
    SeedingModel* m_model = nullptr;
    QTableView* m_table = nullptr;
    QLabel* m_earned = nullptr;
    QLabel* m_summary = nullptr;
    QLabel* m_reach = nullptr;
    QWidget* m_head = nullptr;
    QWidget* m_empty = nullptr;
};

} // namespace mutoscope::ui
