#pragma once

#include <map>
#include <memory>

#include <QNetworkAccessManager>
#include <QNetworkReply>

#include "p2p/base/executor.h"
#include "p2p/net/http.h"

namespace mutoscope::net
{

/// For wallet ↔ tracker calls, which may have to pass a proxy and may meet a certificate of a public CA. With a pin: only
/// the one certificate whose SHA-256 is the pin, whatever its name, dates and issuer. Without: the system's CAs and the
/// host's name. TLS 1.3; no redirects (a value like any status), cookies, cache or content encodings.
///
/// Made, used, called back and destroyed on the executor's thread, which must be a Qt thread with an event loop; the
/// executor must outlive the client. Destruction calls nobody back.
class QtHttpClient final : public HttpClient
{
public:
    explicit QtHttpClient(base::Executor& executor);
    ~QtHttpClient() override;
    QtHttpClient(const QtHttpClient&) = delete;
    QtHttpClient& operator=(const QtHttpClient&) = delete;

    RequestId send(const Endpoint& endpoint, HttpRequest request, RequestLimits limits, Callback callback) override;
    void cancel(RequestId request) override;

private:
    struct Exchange;

    void start(RequestId id);
    void checkPin(RequestId id, const QList<QSslError>& errors);
    void readMore(RequestId id);
    void finished(RequestId id);
    /// Calls back from the event loop, unless it is cancelled before.
    void finish(RequestId id, base::Result<HttpResponse> result);
    /// Ends its reply and its timer.
    void breakOff(Exchange& exchange);

    base::Executor& m_executor;
    QNetworkAccessManager m_network;
    std::map<RequestId, std::unique_ptr<Exchange>> m_exchanges;
    RequestId m_lastId = 0;
};

} // namespace mutoscope::net
