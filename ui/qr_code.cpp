#include "ui/qr_code.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include <QPainter>
#include <qrencode.h>

namespace mutoscope::ui
{
namespace
{

constexpr int quietZone = 3; // modules; the white card around adds the rest
constexpr int radius = 8;

} // namespace

QrCode::QrCode(int size)
{
    setFixedSize(size, size);
}

void QrCode::setText(const QString& text)
{
    if (text == m_text)
        return;
    m_text = text;
    m_modules = 0;
    m_dark.clear();
    const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
        text.isEmpty() ? nullptr : QRcode_encodeString8bit(text.toUtf8().constData(), 0, QR_ECLEVEL_M), &QRcode_free);
    if (code) {
        m_modules = code->width;
        for (int i = 0; i < m_modules * m_modules; ++i)
            m_dark.push_back((code->data[i] & 1) != 0);
    }
    setAccessibleDescription(text);
    update();
}

void QrCode::paintEvent(QPaintEvent*)
{
    if (m_modules == 0)
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(Qt::white);
    painter.drawRoundedRect(rect(), radius, radius);
    // Whole device pixels for each module, so that edges are sharp.
    painter.setRenderHint(QPainter::Antialiasing, false);
    const double ratio = devicePixelRatioF();
    const double side = std::max(1.0, std::floor(width() * ratio / (m_modules + 2 * quietZone))) / ratio;
    const double offset = std::round((width() - side * m_modules) / 2 * ratio) / ratio;
    painter.setBrush(Qt::black);
    for (int y = 0; y < m_modules; ++y) {
        for (int x = 0; x < m_modules; ++x) {
            if (m_dark[static_cast<std::size_t>(y * m_modules + x)])
                painter.drawRect(QRectF(offset + x * side, offset + y * side, side, side));
        }
    }
}

} // namespace mutoscope::ui
