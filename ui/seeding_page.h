#pragma once

#include <QWidget>

#include "p2p/base/clock.h"
#include "p2p/node/node.h"
#include "ui/earnings.h"
#include "ui/film_packager.h"

class QLabel;
class QTableView;

namespace mutoscope::ui
{

class BarChart;
class Button;
class RulesForm;
class SeedingModel;

/// What this node gives to others and what that earned.
class SeedingPage : public QWidget
{
    Q_OBJECT

public:
    /// Films are packaged in `workFolder`.
    SeedingPage(node::Node& node, const base::Clock& clock, FilmPackagerFactory packager, QString workFolder);

    void refresh();
    void publish(const QString& file);
    /// Asks for a video file, and publishes it.
    void chooseFile();

Q_SIGNALS:
    void rulesWanted(); ///< where there is no room for them here

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void buildTable();
    QWidget* makeChart();
    QWidget* makeSide();
    void showChart();
    QWidget* makeEmpty();
    void fitColumns();

    node::Node& m_node;
    const base::Clock& m_clock;
    FilmPackagerFactory m_packager;
    QString m_workFolder;
    SeedingModel* m_model = nullptr;
    QTableView* m_table = nullptr;
    QLabel* m_earned = nullptr;
    QLabel* m_summary = nullptr;
    QLabel* m_reach = nullptr;
    BarChart* m_chart = nullptr;
    QWidget* m_chartBox = nullptr;
    QLabel* m_spanSum = nullptr;
    Span m_span = Span::Week;
    RulesForm* m_rules = nullptr;
    QWidget* m_side = nullptr;
    Button* m_rulesButton = nullptr;
    QWidget* m_head = nullptr;
    QWidget* m_empty = nullptr;
};

} // namespace mutoscope::ui
