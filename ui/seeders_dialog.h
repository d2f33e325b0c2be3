#pragma once

#include <QDialog>

#include "p2p/node/node.h"

class QGridLayout;
class QLabel;

namespace mutoscope::ui
{

class Spinner;

/// Who seeds a film, and whether they are there: asks when it is opened. Window-modal; deletes itself.
class SeedersDialog : public QDialog
{
    Q_OBJECT

public:
    SeedersDialog(node::Node& node, const node::FoundFilm& film, QWidget* parent);

private:
    void show(const node::FilmHealth& health);

    base::ContentId m_content;
    QGridLayout* m_rows = nullptr;
    QLabel* m_state = nullptr;
    Spinner* m_spinner = nullptr;
};

} // namespace mutoscope::ui
