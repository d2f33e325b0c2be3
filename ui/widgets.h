#pragma once

#include <optional>

#include <QBasicTimer>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>

#include "p2p/base/types.h"

/// The small parts that all pages are made of. Their looks come from resources/style.qss.
namespace mutoscope::ui
{

/// Over the film, where everything is dark in both schemes, or on a page.
enum class Ground { Page, Film };

/// A text label with a role of the style sheet; plain text always, as titles and sentences come from strangers.
[[nodiscard]] QLabel* makeLabel(const QString& text, const QString& role, Ground ground = Ground::Page);
/// A label that wraps and can shrink to nothing.
[[nodiscard]] QLabel* makeParagraph(const QString& text, const QString& role, Ground ground = Ground::Page);
/// Sets a dynamic property and has the style sheet looked at anew if it changed.
void setStyleProperty(QWidget* widget, const char* name, const QVariant& value);

/// One line that ends in "…" where there is no room; the whole is its tool tip then.
class ElidedLabel : public QLabel
{
    Q_OBJECT

public:
    explicit ElidedLabel(const QString& role, Ground ground = Ground::Page, Qt::TextElideMode mode = Qt::ElideRight);

    void setWhole(const QString& text);
    [[nodiscard]] QString whole() const { return m_whole; }
    [[nodiscard]] QSize minimumSizeHint() const override;
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void elide();

    QString m_whole;
    Qt::TextElideMode m_mode;
};

class Button : public QPushButton
{
    Q_OBJECT

public:
    enum class Kind { Plain, Primary, Quiet, Chip };

    Button(const QString& text, const QString& iconName, Kind kind, Ground ground = Ground::Page);

protected:
    void changeEvent(QEvent* event) override;

private:
    void colourIcon();

    QString m_icon;
    Kind m_kind;
    Ground m_ground;
};

/// Only an icon; `name` is its tool tip and its name for screen readers. Clicking it does not take the focus from where
/// it was, so that the space bar stays with the film.
class IconButton : public QToolButton
{
    Q_OBJECT

public:
    IconButton(const QString& iconName, const QString& name, Ground ground = Ground::Page);
    void become(const QString& iconName, const QString& name);

protected:
    void changeEvent(QEvent* event) override;

private:
    void colourIcon();

    QString m_icon;
    Ground m_ground;
};

/// A quiet arc that turns while it is visible.
class Spinner : public QWidget
{
    Q_OBJECT

public:
    explicit Spinner(int size);

protected:
    void paintEvent(QPaintEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void timerEvent(QTimerEvent* event) override;

private:
    QBasicTimer m_timer;
    int m_angle = 0;
};

/// Where an amount is typed.
class TokenField : public QLineEdit
{
    Q_OBJECT

public:
    explicit TokenField(const QString& name, Ground ground = Ground::Page);

    void setAmount(base::Tokens amount);
    /// Nothing as long as it is not an amount.
    [[nodiscard]] std::optional<base::Tokens> amount() const;
};

/// "Copied" beside the pointer, and the text in the clipboard.
void copyText(const QString& text, QWidget* near);

} // namespace mutoscope::ui
