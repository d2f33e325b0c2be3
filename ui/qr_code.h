#pragma once

#include <vector>

#include <QWidget>

namespace mutoscope::ui
{

/// A QR code, dark on light in both schemes as many cameras read nothing else, with its quiet zone.
class QrCode : public QWidget
{
    Q_OBJECT

public:
    explicit QrCode(int size);

    /// Empty shows nothing.
    void setText(const QString& text);
    /// Modules a side without the quiet zone; 0 if there is nothing.
    [[nodiscard]] int modules() const { return m_modules; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_text;
    int m_modules = 0;
    std::vector<bool> m_dark; ///< row by row
};

} // namespace mutoscope::ui
