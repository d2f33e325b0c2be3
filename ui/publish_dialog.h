#pragma once

#include <memory>
#include <optional>

#include <QDialog>

#include "p2p/base/clock.h"
#include "p2p/node/draft_box.h"
#include "p2p/node/node.h"
#include "ui/film_packager.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QProgressBar;

namespace mutoscope::ui
{

class Button;
class ElidedLabel;
class PosterChoice;
class Spinner;
class TokenField;

/// From a video file to a link: looks into the file, asks for title and price, packages, has the node publish it. HLS, a playlist or a
/// folder with one, is published as it is. A film that is stopped on the way stays as a draft, as it does where the program ends, and can
/// go on from there. Window-modal; deletes itself.
class PublishDialog : public QDialog
{
    Q_OBJECT

public:
    PublishDialog(node::Node& node, const base::Clock& clock, std::unique_ptr<FilmPackager> packager, const QString& file,
                  const QString& workFolder, QWidget* parent);
    /// Goes on with a draft.
    PublishDialog(node::Node& node, const base::Clock& clock, std::unique_ptr<FilmPackager> packager, const node::Draft& draft,
                  const QString& workFolder, QWidget* parent);
    ~PublishDialog() override;

    void reject() override;

private:
    enum class Step { Probing, Asking, Packaging, Publishing, Cancelling, Done, Failed };

    void build(const QString& file);
    void probe();
    void goOn(const node::Draft& draft);
    [[nodiscard]] bool beginDraft();
    void goTo(Step step);
    void judge();
    [[nodiscard]] wire::Access access() const;
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
    QString m_playlist; ///< of HLS that is published as it is; empty for a film
    base::UnixMs m_began;
    QString m_file;
    node::DraftBox m_drafts;
    node::DraftBox::WorkPtr m_work; ///< none before it began, and for HLS
    std::optional<player::MediaInfo> m_plan;
    Step m_step = Step::Probing;
    QString m_link;

    ElidedLabel* m_fileLine = nullptr;
    QWidget* m_form = nullptr;
    QLineEdit* m_title = nullptr;
    QPlainTextEdit* m_description = nullptr;
    TokenField* m_price = nullptr;
    PosterChoice* m_poster = nullptr;
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
