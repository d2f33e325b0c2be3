#pragma once

#include <memory>
#include <optional>

#include <QDialog>
#include <QTemporaryDir>

#include "p2p/base/clock.h"
#include "p2p/node/node.h"
#include "ui/film_packager.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;

namespace mutoscope::ui
{

class Button;
class ElidedLabel;
class Spinner;
class TokenField;

/// From a video file to a link: looks into the file, asks for title and price, packages, has the node publish it. HLS, a playlist or a
/// folder with one, is published as it is. Closing it on the way cancels and leaves nothing behind. Window-modal; deletes itself.
class PublishDialog : public QDialog
{
    Q_OBJECT

public:
    PublishDialog(node::Node& node, const base::Clock& clock, std::unique_ptr<FilmPackager> packager, const QString& file,
                  const QString& workFolder, QWidget* parent);
    ~PublishDialog() override;

    void reject() override;

private:
    enum class Step { Probing, Asking, Packaging, Publishing, Cancelling, Done, Failed };

    void build(const QString& file);
    void goTo(Step step);
    void judge();
    [[nodiscard]] wire::Access access() const;
    void choosePoster();
    void progress(double fraction);
    void publish(const QString& playlist, const QString& poster);
    void takeProbe(const player::Result<player::MediaInfo>& result);
    void package();
    void takePackage(const player::Result<player::PackagedHls>& result);
    void takeOutcome(const QString& link, const QString& problem);
    void failWith(const QString& sentence);

    node::Node& m_node;
    std::unique_ptr<FilmPackager> m_packager;
    const base::Clock& m_clock;
    QString m_workFolder;
    QString m_playlist; ///< of HLS that is published as it is; empty for a film
    QString m_poster;   ///< that was chosen
    base::UnixMs m_began;
    std::optional<QTemporaryDir> m_folder;
    std::optional<player::MediaInfo> m_plan;
    Step m_step = Step::Probing;
    QString m_link;

    ElidedLabel* m_fileLine = nullptr;
    QWidget* m_form = nullptr;
    QLineEdit* m_title = nullptr;
    TokenField* m_price = nullptr;
    ElidedLabel* m_posterLine = nullptr;
    QComboBox* m_access = nullptr;
    QLabel* m_estimate = nullptr;
    QLabel* m_transcoding = nullptr;
    QLabel* m_status = nullptr;
    QProgressBar* m_progress = nullptr;
    Spinner* m_spinner = nullptr;
    Button* m_close = nullptr;
    Button* m_go = nullptr;
};

} // namespace mutoscope::ui
