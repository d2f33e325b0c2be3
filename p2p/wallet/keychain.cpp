#include "p2p/wallet/keychain.h"

#include <mutex>

#include <QCoreApplication>
#include <QDBusConnection>
#include <QDBusConnectionInterface>

#include <qt6keychain/keychain.h>

namespace mutoscope::wallet
{

using base::ErrorCode;
using namespace Qt::StringLiterals;

/// Shared by this object and its jobs.
struct Keychain::Owner {
    std::mutex mutex;
    base::Executor* executor = nullptr; ///< none once the object is gone

    void post(base::Executor::Task task)
    {
        const std::lock_guard lock(mutex);
        if (executor)
            executor->post(std::move(task));
    }
};

namespace
{

/// QtKeychain reports a desktop without a keychain in many ways, so it's looked up before.
bool isThere()
{
    const QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return false;
    const QStringList running = bus.interface()->registeredServiceNames();
    const QStringList startable = bus.interface()->activatableServiceNames();
    for (const auto& name : {u"org.freedesktop.secrets"_s, u"org.kde.kwalletd5"_s, u"org.kde.kwalletd6"_s, u"org.kde.kwalletd"_s}) {
        if (running.contains(name) || startable.contains(name))
            return true;
    }
    return false;
}

tl::unexpected<base::Error> noKeychain()
{
    return base::fail(ErrorCode::Unavailable, "this desktop has no keychain");
}

tl::unexpected<base::Error> failed(const QKeychain::Job& job)
{
    const std::string reason = job.errorString().toStdString();
    switch (job.error()) {
    case QKeychain::EntryNotFound:
        return base::fail(ErrorCode::NotFound, "the keychain has no key for this wallet");
    case QKeychain::NoBackendAvailable:
    case QKeychain::NotImplemented:
        return noKeychain();
    case QKeychain::AccessDenied:
    case QKeychain::AccessDeniedByUser:
        return base::fail(ErrorCode::Forbidden, "the keychain stays locked: " + reason);
    case QKeychain::NoError:
    case QKeychain::CouldNotDeleteEntry:
    case QKeychain::OtherError:
        break;
    }
    return base::fail(ErrorCode::Io, "the keychain can't be asked: " + reason);
}

template <class Work>
void inApplicationsThread(Work work)
{
    QMetaObject::invokeMethod(QCoreApplication::instance(), std::move(work), Qt::QueuedConnection);
}

template <class JobType>
JobType* makeJob(const QString& entry)
{
    auto* job = new JobType(u"Mutoscope"_s); // deletes itself
    job->setKey(entry);
    job->setInsecureFallback(false);
    return job;
}

} // namespace

Keychain::Keychain(base::Executor& executor, QString entry) : m_entry(std::move(entry)), m_owner(std::make_shared<Owner>())
{
    m_owner->executor = &executor;
}

Keychain::~Keychain()
{
    const std::lock_guard lock(m_owner->mutex);
    m_owner->executor = nullptr;
}

void Keychain::read(Read done)
{
    inApplicationsThread([entry = m_entry, owner = m_owner, done = std::move(done)] {
        const auto answer = [owner, done](base::Result<crypto::SharedSecret> result) {
            owner->post([done, result = std::move(result)] { done(result); });
        };
        if (!isThere())
            return answer(noKeychain());
        auto* job = makeJob<QKeychain::ReadPasswordJob>(entry);
        QObject::connect(job, &QKeychain::Job::finished, job, [job, answer] {
            if (job->error() != QKeychain::NoError)
                return answer(failed(*job));
            QByteArray text = job->textData().toUtf8();
            answer(std::make_shared<const crypto::SecretBytes>(crypto::SecretBytes::copyOf({text.constData(), static_cast<std::size_t>(text.size())})));
            crypto::wipe(text.data(), static_cast<std::size_t>(text.size()));
        });
        job->start();
    });
}

void Keychain::write(const crypto::SharedSecret& text, Done done)
{
    inApplicationsThread([entry = m_entry, owner = m_owner, text, done = std::move(done)] {
        const auto answer = [owner, done](base::Result<void> result) {
            owner->post([done, result = std::move(result)] { done(result); });
        };
        if (!isThere())
            return answer(noKeychain());
        auto* job = makeJob<QKeychain::WritePasswordJob>(entry);
        job->setTextData(QString::fromUtf8(text->view().data(), static_cast<qsizetype>(text->size())));
        QObject::connect(job, &QKeychain::Job::finished, job, [job, answer] {
            answer(job->error() == QKeychain::NoError ? base::Result<void>() : failed(*job));
        });
        job->start();
    });
}

void Keychain::remove(Done done)
{
    inApplicationsThread([entry = m_entry, owner = m_owner, done = std::move(done)] {
        const auto answer = [owner, done](base::Result<void> result) {
            owner->post([done, result = std::move(result)] { done(result); });
        };
        if (!isThere())
            return answer(noKeychain());
        auto* job = makeJob<QKeychain::DeletePasswordJob>(entry);
        QObject::connect(job, &QKeychain::Job::finished, job, [job, answer] {
            const bool isGone = job->error() == QKeychain::NoError || job->error() == QKeychain::EntryNotFound;
            answer(isGone ? base::Result<void>() : failed(*job));
        });
        job->start();
    });
}

} // namespace mutoscope::wallet
