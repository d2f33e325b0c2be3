#include "p2p/net/qt_client.h"

#include <string_view>
#include <utility>

#include <QCryptographicHash>
#include <QNetworkRequest>
#include <QSslConfiguration>
#include <QSslError>
#include <QThread>
#include <QUrl>

#include "p2p/base/encoding.h"
#include "p2p/base/log.h"
#include "p2p/net/endpoint.h"
#include "p2p/net/message_rules.h"

namespace mutoscope::net
{

namespace
{

constexpr qint64 readAhead = 1024 * 1024; // what Qt may take off the line before it was counted

QNetworkRequest requestTo(const Endpoint& endpoint, const HttpRequest& request)
{
    const std::string url = "https://" + hostAndPort(endpoint) + request.target;
    QNetworkRequest made(QUrl::fromEncoded(QByteArray::fromStdString(url)));
    made.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    made.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    made.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    made.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    made.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    made.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    made.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    made.setRawHeader("Accept-Encoding", "identity"); // also keeps Qt from unpacking anything
    made.setRawHeader("User-Agent", "mutoscope");     // else it tells the locale and "Mozilla/5.0"
    if (request.method == "POST")
        made.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/jose+json"));

    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setProtocol(QSsl::TlsV1_3OrLater);
    tls.setPeerVerifyMode(QSslSocket::VerifyPeer);
    if (endpoint.pin) {
        // Nothing is trusted for its issuer, and no certificate has this name: so every handshake asks checkPin(). The name
        // is also part of the key under which Qt keeps connections, which the pin would not be by itself.
        tls.setCaCertificates({});
        made.setPeerVerifyName(QString::fromStdString(base::toHex(*endpoint.pin)));
    }
    made.setSslConfiguration(tls);
    return made;
}

bool hasFingerprint(const QSslCertificate& certificate, const base::Sha256& pin)
{
    const QByteArray digest = certificate.digest(QCryptographicHash::Sha256);
    return !certificate.isNull() && pin.raw() == std::string_view(digest.constData(), static_cast<std::size_t>(digest.size()));
}

} // namespace

struct QtHttpClient::Exchange {
    Endpoint endpoint;
    HttpRequest request;
    RequestLimits limits;
    Callback callback;
    QNetworkReply* reply = nullptr; // its parent is the manager
    base::Executor::TimerId timer = 0;
    std::string body;
    bool wrongPin = false;
};

QtHttpClient::QtHttpClient(base::Executor& executor) : m_executor(executor) {}

QtHttpClient::~QtHttpClient()
{
    for (const auto& [id, exchange] : m_exchanges)
        breakOff(*exchange);
}

HttpClient::RequestId QtHttpClient::send(const Endpoint& endpoint, HttpRequest request, RequestLimits limits,
                                         Callback callback)
{
    Q_ASSERT(m_network.thread() == QThread::currentThread());
    const RequestId id = ++m_lastId;
    auto exchange = std::make_unique<Exchange>();
    exchange->endpoint = endpoint;
    exchange->request = std::move(request);
    exchange->limits = limits;
    exchange->callback = std::move(callback);
    exchange->timer = m_executor.after(limits.timeout, [this, id] {
        const auto& late = *m_exchanges.at(id);
        finish(id, base::fail(base::ErrorCode::Timeout, hostAndPort(late.endpoint) + " did not answer within " +
                                                            std::to_string(late.limits.timeout.count()) + " ms"));
    });
    m_exchanges.emplace(id, std::move(exchange));
    start(id);
    return id;
}

void QtHttpClient::start(RequestId id)
{
    Exchange& exchange = *m_exchanges.at(id);
    if (const std::string why = whyNotSendable(exchange.request); !why.empty())
        return finish(id, base::fail(base::ErrorCode::Malformed, why));
    const QNetworkRequest request = requestTo(exchange.endpoint, exchange.request);
    QNetworkReply* const reply = exchange.request.method == "POST"
                                     ? m_network.post(request, QByteArray::fromStdString(exchange.request.body))
                                     : m_network.get(request);
    exchange.reply = reply;
    exchange.request.body = {};
    reply->setReadBufferSize(readAhead);
    // Never later than here, in encrypted(): kept and waiting connections don't emit it for every request.
    QObject::connect(reply, &QNetworkReply::sslErrors, &m_network,
                     [this, id](const QList<QSslError>& errors) { checkPin(id, errors); });
    QObject::connect(reply, &QNetworkReply::readyRead, &m_network, [this, id] { readMore(id); });
    QObject::connect(reply, &QNetworkReply::metaDataChanged, &m_network, [this, id] { readMore(id); });
    QObject::connect(reply, &QNetworkReply::finished, &m_network, [this, id] { finished(id); });
}

void QtHttpClient::checkPin(RequestId id, const QList<QSslError>& errors)
{
    const auto it = m_exchanges.find(id);
    if (it == m_exchanges.end() || !it->second->reply || !it->second->endpoint.pin)
        return; // refused by not being ignored
    Exchange& exchange = *it->second;
    if (hasFingerprint(exchange.reply->sslConfiguration().peerCertificate(), *exchange.endpoint.pin))
        exchange.reply->ignoreSslErrors(errors);
    else
        exchange.wrongPin = true;
}

void QtHttpClient::readMore(RequestId id)
{
    const auto it = m_exchanges.find(id);
    if (it == m_exchanges.end() || !it->second->reply)
        return;
    Exchange& exchange = *it->second;
    const qint64 announced = exchange.reply->header(QNetworkRequest::ContentLengthHeader).toLongLong();
    const QByteArray bytes = exchange.reply->readAll();
    exchange.body.append(bytes.constData(), static_cast<std::size_t>(bytes.size()));
    if (announced > exchange.limits.maxBody || static_cast<std::int64_t>(exchange.body.size()) > exchange.limits.maxBody)
        finish(id, base::fail(base::ErrorCode::TooLarge, "the answer of " + hostAndPort(exchange.endpoint) +
                                                             " is larger than " +
                                                             std::to_string(exchange.limits.maxBody) + " bytes"));
}

void QtHttpClient::finished(RequestId id)
{
    readMore(id);
    const auto it = m_exchanges.find(id);
    if (it == m_exchanges.end() || !it->second->reply) // too large
        return;
    Exchange& exchange = *it->second;
    const std::string peer = hostAndPort(exchange.endpoint);
    const auto status = exchange.reply->attribute(QNetworkRequest::HttpStatusCodeAttribute);
    const auto error = exchange.reply->error();
    // Codes from 201 on are Qt's names for an HTTP status, which is a value; those below tell of the line.
    const bool broken = error != QNetworkReply::NoError && error < QNetworkReply::ContentAccessDenied;
    if (exchange.wrongPin)
        return finish(id, base::fail(base::ErrorCode::Network,
                                     "the certificate of " + peer + " is not the one that it announced"));
    if (error == QNetworkReply::ConnectionRefusedError)
        return finish(id, base::fail(base::ErrorCode::Network, "nobody answers at " + peer));
    if (error == QNetworkReply::HostNotFoundError)
        return finish(id, base::fail(base::ErrorCode::Network, "the name " + exchange.endpoint.host + " is not known"));
    // Requests that waited behind the one whose certificate was refused fail without having been asked.
    if (error == QNetworkReply::SslHandshakeFailedError && exchange.endpoint.pin)
        return finish(id, base::fail(base::ErrorCode::Network,
                                     "no safe connection to " + peer +
                                         ": the certificate is not the one that it announced, or there is no TLS 1.3"));
    if (broken || !status.isValid())
        return finish(id, base::fail(error == QNetworkReply::ProtocolFailure ? base::ErrorCode::Malformed
                                                                            : base::ErrorCode::Network,
                                     "no answer from " + peer + ": " + exchange.reply->errorString().toStdString()));
    HttpResponse response;
    response.status = status.toInt();
    response.contentType = exchange.reply->rawHeader("Content-Type").toStdString();
    response.body = std::make_shared<const std::string>(std::move(exchange.body));
    finish(id, std::move(response));
}

void QtHttpClient::finish(RequestId id, base::Result<HttpResponse> result)
{
    const auto it = m_exchanges.find(id);
    if (it == m_exchanges.end())
        return;
    Exchange& exchange = *it->second;
    breakOff(exchange);
    // Not from within a signal of the reply: the callback may end this client, and with it the reply.
    exchange.timer = m_executor.after(std::chrono::milliseconds(0), [this, id, result = std::move(result)]() mutable {
        const auto done = std::move(m_exchanges.extract(id).mapped());
        done->callback(std::move(result));
    });
}

void QtHttpClient::breakOff(Exchange& exchange)
{
    m_executor.cancel(exchange.timer);
    exchange.timer = 0;
    QNetworkReply* const reply = std::exchange(exchange.reply, nullptr);
    if (!reply)
        return;
    reply->disconnect(&m_network);
    reply->abort(); // nothing if it is finished
    reply->deleteLater();
}

void QtHttpClient::cancel(RequestId request)
{
    Q_ASSERT(m_network.thread() == QThread::currentThread());
    const auto it = m_exchanges.find(request);
    if (it == m_exchanges.end())
        return;
    breakOff(*it->second);
    m_exchanges.erase(it);
}

} // namespace mutoscope::net
