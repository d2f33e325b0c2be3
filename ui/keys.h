#pragma once

#include <vector>

#include <QDialog>
#include <QString>

namespace mutoscope::ui
{

/// One row of the key list: what the keys do and what they are, as people write them.
struct KeyHelp {
    QString keys;
    QString what;
};

[[nodiscard]] std::vector<KeyHelp> keyHelp();

/// The list of all keys. Deletes itself.
class KeysDialog : public QDialog
{
    Q_OBJECT

public:
    explicit KeysDialog(QWidget* parent);
};

} // namespace mutoscope::ui
