#pragma once

#include <deque>
#include <functional>
#include <map>

#include <QDir>
#include <QElapsedTimer>
#include <QProcess>
#include <QTimer>

#include "player/packager.h"
#include "player/packager_tracks.h"

namespace mutoscope::player
{

/// One film on its way: tools one after the other, then the checks.
class Packager::Job : public QObject
{
public:
    Job(Packager& owner, MediaInfo plan, const QString& folder);
    ~Job() override;

    void begin();
    void cancel();

private:
    using Lines = std::function<void(const QByteArray& line)>;
    using Done = std::function<std::optional<PackagerError>()>;
    struct Step {
        QString program;
        QStringList arguments;
        Lines lines;          ///< for each line of standard output
        Done done;            ///< after status 0; an error ends the job
        bool mayFail = false; ///< the presentation is whole without it
    };

    void next();
    void onOutput();
    void onFinished(int status, QProcess::ExitStatus how);
    void finish(std::optional<PackagerError> error);
    void tell(Result<PackagedHls> result);
    void removeOutput();
    void setProgress(double fraction);

    [[nodiscard]] QStringList packageArguments() const;
    [[nodiscard]] QStringList soundArguments(std::size_t number) const;
    [[nodiscard]] QStringList textArguments() const;
    void planRenditions();
    [[nodiscard]] std::vector<AudioStream> sounds() const;
    [[nodiscard]] bool hasSoundsBeside() const { return !m_plan.moreAudio.empty(); }
    [[nodiscard]] Step countStep(const QStringList& input, std::map<int, qint64>& counts);
    [[nodiscard]] std::optional<PackagerError> readPlaylists();
    [[nodiscard]] std::optional<PackagerError> readPlaylist(PackagedRendition& rendition);
    [[nodiscard]] std::optional<PackagerError> checkSegments();
    [[nodiscard]] std::optional<PackagerError> comparePackets(const PackagedRendition& rendition);
    [[nodiscard]] std::optional<PackagerError> takeTexts();
    [[nodiscard]] std::optional<PackagerError> writeMultivariant();
    [[nodiscard]] PackagerError error(PackagerErrorKind kind, const QString& why, const QString& detail = {}) const;
    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }

    Packager& m_owner;
    MediaInfo m_plan;
    QDir m_folder;
    bool m_madeFolder = false;
    std::deque<Step> m_steps;
    QProcess m_process;
    QTimer m_stalled; ///< a tool that says nothing for long hangs
    QByteArray m_line;
    QByteArray m_errors;
    bool m_finished = false;
    double m_progress = 0;

    PackagedHls m_result;
    std::vector<PackagedRendition> m_renditions; ///< the picture first, then its sounds where they stand beside it
    std::vector<NamedPlaylist> m_texts;
    std::map<int, qint64> m_packetsIn;  ///< by stream index of the file
    std::map<int, qint64> m_packetsOut; ///< of the rendition that is counted, in its order
};

} // namespace mutoscope::player
