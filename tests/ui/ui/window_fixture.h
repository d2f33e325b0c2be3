#pragma once

#include <QAbstractButton>
#include <QApplication>
#include <QLabel>
#include <QSignalSpy>
#include <QTest>

#include "fake_node.h"
#include "ui/language.h"
#include "ui/main_window.h"

namespace mutoscope::tests
{

/// The window over puppets, shown.
struct WindowFixture {
    FakeNode node;
    QStringList played;
    FakePlayback* playback = nullptr; ///< the window's
    FakeFilm* picture = nullptr;      ///< the window's
    std::unique_ptr<ui::MainWindow> window;

    explicit WindowFixture(ui::MainWindow::Options options = quick(), QSize size = {1120, 720}, const QString& language = QStringLiteral("en"))
    {
        ui::applyLanguage(language);
        furnish(node.shot, base::UnixMs(QDateTime::currentMSecsSinceEpoch()));
        auto owned = std::make_unique<FakePlayback>(played);
        playback = owned.get();
        auto drawn = std::make_unique<FakeFilm>();
        picture = drawn.get();
        window = std::make_unique<ui::MainWindow>(
            node, std::move(owned), std::move(drawn), [] { return std::make_unique<FakePackager>(); },
            options);
        window->resize(size);
        window->show();
        window->activateWindow();
    }
    static ui::MainWindow::Options quick()
    {
        ui::MainWindow::Options options;
        options.quitDeadline = std::chrono::milliseconds(200);
        options.hideControlsAfter = std::chrono::milliseconds(50);
        options.firstPage = ui::MainWindow::Page::Player;
        return options;
    }
    void be(node::Viewing viewing)
    {
        node.shot.viewing = std::move(viewing);
        node.tell();
    }
    /// Playing in the middle.
    void play()
    {
        be(film(node::Stage::Playing));
        playback->length = std::chrono::milliseconds(180'000);
        playback->at = std::chrono::milliseconds(47'000);
        playback->become(player::State::Playing);
        played.clear();
    }
    /// All texts that can be seen, one a line.
    [[nodiscard]] QString texts() const
    {
        QStringList result;
        for (const QLabel* label : window->findChildren<QLabel*>()) {
            if (label->isVisible())
                result << label->text();
        }
        return result.join(u'\n');
    }
    [[nodiscard]] QAbstractButton* button(const QString& text) const
    {
        for (QAbstractButton* candidate : window->findChildren<QAbstractButton*>()) {
            if (candidate->isVisible() && (candidate->text() == text || candidate->objectName() == text))
                return candidate;
        }
        return nullptr;
    }
    template <class T>
    [[nodiscard]] T* named(const char* name) const
    {
        return window->findChild<T*>(QString::fromLatin1(name));
    }
};

} // namespace mutoscope::tests
