#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/net/net_fixture.h"

using namespace mutoscope::net;

namespace
{

/// A blocking client that notes how large the TLS records are that it gets.
class RecordingClient
{
public:
    explicit RecordingClient(const Endpoint& endpoint)
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(endpoint.port);
        ::inet_pton(AF_INET, endpoint.host.c_str(), &address.sin_addr);
        if (::connect(m_socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
            qFatal("no connection");
        SSL_CTX_set_verify(m_context.get(), SSL_VERIFY_NONE, nullptr);
        m_tls.reset(SSL_new(m_context.get()));
        SSL_set_fd(m_tls.get(), m_socket);
        if (SSL_connect(m_tls.get()) != 1)
            qFatal("no TLS");
        SSL_set_msg_callback(m_tls.get(), [](int write, int, int type, const void* bytes, std::size_t size, SSL*, void* self) {
            const auto* const head = static_cast<const unsigned char*>(bytes);
            if (write == 0 && type == SSL3_RT_HEADER && size == 5 && head[0] == SSL3_RT_APPLICATION_DATA)
                static_cast<RecordingClient*>(self)->records.push_back(static_cast<std::size_t>(head[3]) << 8 | head[4]);
        });
        SSL_set_msg_callback_arg(m_tls.get(), this);
    }
    ~RecordingClient()
    {
        m_tls.reset();
        ::close(m_socket);
    }

    /// Asks for so many bytes, and reads until they are here.
    void get(std::size_t size)
    {
        records.clear();
        const std::string request = "GET /size/" + std::to_string(size) + " HTTP/1.1\r\nHost: a\r\n\r\n";
        SSL_write(m_tls.get(), request.data(), static_cast<int>(request.size()));
        std::string got;
        std::array<char, 16 * 1024> buffer;
        while (got.find("\r\n\r\n") == std::string::npos || got.size() - got.find("\r\n\r\n") - 4 < size) {
            const int n = SSL_read(m_tls.get(), buffer.data(), buffer.size());
            if (n <= 0)
                qFatal("the answer ends too soon");
            got.append(buffer.data(), static_cast<std::size_t>(n));
        }
        body = got.substr(got.find("\r\n\r\n") + 4);
    }

    std::vector<std::size_t> records; ///< as they are on the line, without their five bytes of head
    std::string body;

private:
    struct Free {
        void operator()(SSL* tls) const { SSL_free(tls); }
        void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    };
    const int m_socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    std::unique_ptr<SSL_CTX, Free> m_context{SSL_CTX_new(TLS_client_method())};
    std::unique_ptr<SSL, Free> m_tls;
};

/// One byte of content type and 16 of authentication (RFC 8446 §5.2).
constexpr std::size_t smallOnTheLine = 1369 + 17;

} // namespace

/// In what pieces a server sends.
class TestRecords : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theFirstOnesFitIntoAPacketThenTheyAreLarge()
    {
        testing::TestServer server;
        RecordingClient client(server.endpoint);
        constexpr std::size_t size = 1'000'000;
        client.get(size);
        QVERIFY(client.body == testing::pattern(size));
        std::size_t sofar = 0;
        std::size_t small = 0;
        for (; small < client.records.size() && client.records[small] <= smallOnTheLine; ++small)
            sofar += client.records[small] - 17;
        // The last small one may be shorter; a session ticket of the handshake counts, too.
        QVERIFY2(sofar >= 64 * 1024 && sofar < 66 * 1024, qPrintable(QString::number(sofar)));
        QVERIFY2(small < 52, qPrintable(QString::number(small)));
        const std::size_t large = client.records.size() - small;
        QVERIFY2(large >= 57 && large < 80, qPrintable(QString::number(large))); // of 16 KiB each
    }

    void theNextAnswerGoesOnLarge()
    {
        testing::TestServer server;
        RecordingClient client(server.endpoint);
        client.get(100'000);
        client.get(160'000);
        QVERIFY2(client.records.size() < 15, qPrintable(QString::number(client.records.size())));
    }
};

QTEST_GUILESS_MAIN(TestRecords)
#include "tst_records.moc"
