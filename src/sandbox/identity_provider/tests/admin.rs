//! The Admin API: what a token opens, and what is there already or not.

use reqwest::Method;

use super::*;

impl Setup {
    async fn token(&self, client: &str, secret: &str, scope: &str) -> String {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", client),
            ("client_secret", secret),
            ("scope", scope),
        ];
        self.machine(&form).await.1["access_token"].as_str().unwrap().to_owned()
    }

    /// The portal's token for these scopes.
    async fn portal(&self, scope: &str) -> String {
        self.token("skadehub-portal", "demo-portal-secret", scope).await
    }

    async fn admin(&self, token: &str, method: Method, path: &str, body: Value) -> (u16, Value) {
        let url = format!("{}{path}", self.issuer.replacen("/realms/", "/admin/realms/", 1));
        let request = self.http.request(method, url).bearer_auth(token).json(&body);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    async fn id_of(&self, token: &str, username: &str) -> String {
        let path = format!("/users?exact=true&username={username}");
        let (_, found) = self.admin(token, Method::GET, &path, Value::Null).await;
        found[0]["id"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn a_token_opens_what_its_scopes_are_for_and_nothing_at_the_api() {
    let setup = setup().await;
    let people = setup.portal("skadehub.people").await;
    assert_eq!(setup.claims(&json!(people))["aud"], Value::Null);
    for (token, users, clients) in [
        (people, 200, 403),
        (setup.portal("skadehub.clients").await, 403, 200),
        (setup.portal("skadehub.admin").await, 403, 403),
        (setup.token("fagsystem-fjt", "demo-fjt-secret", "").await, 403, 403),
        ("e30.e30.e30".to_owned(), 401, 401),
    ] {
        let of = async |path| setup.admin(&token, Method::GET, path, Value::Null).await.0;
        assert_eq!(
            (of("/users?username=x").await, of("/clients?clientId=x").await),
            (users, clients)
        );
    }
}

#[tokio::test]
async fn an_account_is_made_once_and_what_is_not_there_is_not_found() {
    let setup = setup().await;
    let token = setup.portal("skadehub.people skadehub.clients").await;
    let account = json!({"username": "ny.fjt", "firstName": "Ny", "lastName": "Bruker"});
    for status in [201, 409] {
        assert_eq!(setup.admin(&token, Method::POST, "/users", account.clone()).await.0, status);
    }
    let nobody = uuid::Uuid::nil();
    for (method, path, body) in [
        (Method::PUT, format!("/users/{nobody}"), json!({"enabled": false})),
        (Method::POST, format!("/users/{nobody}/logout"), Value::Null),
        (Method::PUT, format!("/users/{nobody}/execute-actions-email"), json!(["UPDATE_PASSWORD"])),
        (Method::POST, "/clients/ukjent/client-secret".to_owned(), Value::Null),
    ] {
        assert_eq!(setup.admin(&token, method, &path, body).await.0, 404, "{path}");
    }
}

#[tokio::test]
async fn who_is_signed_out_here_is_signed_out_at_the_portal_and_who_is_disabled_stays_out() {
    let mut setup = setup().await;
    let token = setup.portal("skadehub.people").await;
    let code = setup.code().await;
    assert_eq!(setup.redeem(&code, BACK, VERIFIER).await.0, StatusCode::OK);
    let id = setup.id_of(&token, "saksbehandler.fjt").await;
    let disable = json!({"enabled": false});
    assert_eq!(setup.admin(&token, Method::PUT, &format!("/users/{id}"), disable).await.0, 204);
    let out = format!("/users/{id}/logout");
    assert_eq!(setup.admin(&token, Method::POST, &out, Value::Null).await.0, 204);
    assert!(setup.logouts.recv().await.unwrap().starts_with("logout_token="));
    let refused = setup.sign_in("saksbehandler.fjt", "saksbehandler.fjt").await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
}
