#pragma once

#include <memory>
#include <optional>

#include <QDialog>
#include <QTemporaryDir>

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

/// From a video file to a link: looks into the file, asks for title and price, packages, has the node publish it.
/// Closing it on the way cancels the packaging and leaves nothing behind. Window-modal; deletes itself.
class PublishDialog : public QDialog
{
    Q_OBJECT

public:
    PublishDialog(node::Node& node, std::unique_ptr<FilmPackager> packager, const QString& file,
                  const QString& workFolder, QWidget* parent);
    ~PublishDialog() override;

    void reject() override;

private:
    enum class Step { Probing, Asking, Packaging, Publishing, Done, Failed };

    void build(const QString& file);
    void goTo(Step step);
    void judge();
    [[nodiscard]] wire::Access access() const;
    void takeProbe(const player::Result<player::MediaInfo>& result);
    void package();
    void takePackage(const player::Result<player::PackagedHls>& result);
    void takeOutcome(const QString& link, const QString& problem);
    void failWith(const QString& sentence);

    node::Node& m_node;
    std::unique_ptr<FilmPackager> m_packager;
    QString m_workFolder;
    std::optional<QTemporaryDir> m_folder;
    std::optional<player::MediaInfo> m_plan;
    Step m_step = Step::Probing;
    QString m_link;

    ElidedLabel* m_fileLine = nullptr;
    QWidget* m_form = nullptr;
    QLineEdit* m_title = nullptr;
    TokenField* m_price = nullptr;
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
