#pragma once

#include <QWidget>

#include "p2p/base/clock.h"
#include "p2p/node/node.h"
#include "ui/span_chart.h"
#include "ui/film_packager.h"

class QLabel;
class QTableView;

namespace mutoscope::ui
{

class Button;
class DraftLine;
class PublishDialog;
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
    [[nodiscard]] std::vector<BarChart::Series> earned(Span span, base::UnixMs now) const;
    QWidget* makeSide();
    void show(PublishDialog* dialog);
    QWidget* makeEmpty();
    void fitColumns();

    node::Node& m_node;
    const base::Clock& m_clock;
    FilmPackagerFactory m_packager;
    QString m_workFolder;
    SeedingModel* m_model = nullptr;
    DraftLine* m_drafts = nullptr;
    QTableView* m_table = nullptr;
    QLabel* m_earned = nullptr;
    QLabel* m_summary = nullptr;
    QLabel* m_reach = nullptr;
    SpanChart* m_chart = nullptr;
    RulesForm* m_rules = nullptr;
    QWidget* m_side = nullptr;
    Button* m_rulesButton = nullptr;
    QWidget* m_head = nullptr;
    QWidget* m_empty = nullptr;
};

} // namespace mutoscope::ui
